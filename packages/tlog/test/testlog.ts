import { assert, createTestRandom, redact, u32 } from "@underseal/foundation";
import { verifierKeyOf } from "../src/keys.ts";
import { emptyRoot, leafHash, nodeHash } from "../src/merkle.ts";
import { appendedNodes, foldRoot, type ReadNode } from "../src/nodes.ts";

export const entryAt = (index: number): Uint8Array => u32(index);

export const leavesOf = (size: number): readonly Uint8Array[] =>
  Array.from({ length: size }, (_, index) => leafHash(entryAt(index)));

/** The definition of RFC 6962 section 2.1, word for word: what the clever ways are compared with. */
export const rootByDefinition = (leaves: readonly Uint8Array[]): Uint8Array => {
  const [first] = leaves;
  if (first === undefined) return emptyRoot();
  if (leaves.length === 1) return first;
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)));
};

/** A log kept the way a server keeps it: complete subtrees by place, grown by appends. */
export const createTestLog = () => {
  const hashes = new Map<string, Uint8Array>();
  let size = 0;
  const read: ReadNode = (level, index) => {
    const hash = hashes.get(`${level}/${index}`);
    assert(hash, `node ${level}/${index} is kept`);
    return hash;
  };
  return {
    read,
    hashes,
    size: () => size,
    root: () => foldRoot(size, read),
    append: (leafHashes: readonly Uint8Array[]) => {
      for (const { level, index, hash } of appendedNodes({ size, leafHashes, read })) {
        const key = `${level}/${index}`;
        assert(!hashes.has(key), `node ${key} is made once`);
        hashes.set(key, hash);
      }
      size += leafHashes.length;
    },
  };
};

export const createFilledLog = (size: number) => {
  const log = createTestLog();
  log.append(leavesOf(size));
  return log;
};

export const createTestSigner = (name: string, seed = 1) => ({ name, seed: redact(createTestRandom(seed).bytes(32)) });

export const logSigner = createTestSigner("log.example/underseal1", 11);
export const logKey = verifierKeyOf(logSigner);

/** The text with a bit of one byte flipped, with the byte left out, and cut before it: each byte in turn. */
export function* corruptions(text: string): Generator<string> {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for (let i = 0; i < bytes.length; i += 1) {
    // Low bits make other digits and letters, 0x20 changes the case, 0x80 leaves no valid UTF-8.
    const mask = [0x01, 0x20, 0x80, 0x04][i % 4] ?? 0x01;
    yield decoder.decode(bytes.map((byte, at) => (at === i ? byte ^ mask : byte)));
    yield decoder.decode(bytes.filter((_, at) => at !== i));
    yield decoder.decode(bytes.subarray(0, i));
  }
}
