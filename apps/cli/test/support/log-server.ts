import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { concatBytes, createTestRandom, redact, u32 } from "@underseal/foundation";
import {
  addSignatures,
  appendedNodes,
  consistencyProofNodes,
  cosignText,
  foldProof,
  foldRoot,
  formatAddCheckpoint,
  formatCheckpoint,
  leafHash,
  type NoteSigner,
  parseTilePath,
  type ReadNode,
  signCheckpoint,
  tileNodes,
  tileWidth,
} from "@underseal/tlog";
import { expect } from "vitest";

export const createSigner = (name: string, seed: number): NoteSigner => ({
  name,
  seed: redact(createTestRandom(seed).bytes(32)),
});

export const logSigner = createSigner("log.example/one", 5);

export interface History {
  noteAt(size: number, signer?: NoteSigner): string;
  /** The same, seen by witnesses. */
  cosignedAt(size: number, witnesses: readonly NoteSigner[], time: number): string;
  request(oldSize: number, newSize: number): string;
  /** The bytes of a tile in the log of `size` entries, `null` where it has no such tile. */
  tile(path: string, size: number): Uint8Array | null;
}

/** A history of a log. Two with the same `forkAt` have the same entries up to there, and others after. */
export const createHistory = (size: number, forkAt = size): History => {
  const hashes = new Map<string, Uint8Array>();
  const leafHashes = Array.from({ length: size }, (_, i) => leafHash(u32(i < forkAt ? i : i + 1_000_000)));
  for (const { level, index, hash } of appendedNodes({ size: 0, leafHashes, read: () => expect.fail("new") })) {
    hashes.set(`${level}/${index}`, hash);
  }
  const read: ReadNode = (level, index) => hashes.get(`${level}/${index}`) ?? expect.fail(`${level}/${index}`);
  const checkpointAt = (newSize: number) => ({ origin: logSigner.name, size: newSize, root: foldRoot(newSize, read) });
  const noteAt = (newSize: number, signer = logSigner) => signCheckpoint(checkpointAt(newSize), signer);
  return {
    noteAt,
    cosignedAt: (newSize, witnesses, time) => {
      const text = formatCheckpoint(checkpointAt(newSize));
      return addSignatures(
        noteAt(newSize),
        witnesses.map((signer) => cosignText({ text, signer, time })),
      );
    },
    request: (oldSize, newSize) => {
      const proof = oldSize === 0 ? [] : foldProof(consistencyProofNodes({ oldSize, newSize }), read);
      return formatAddCheckpoint({ oldSize, proof, note: noteAt(newSize) });
    },
    tile: (path, newSize) => {
      const tile = parseTilePath(path);
      if (!tile.ok || tile.value.width > tileWidth(tile.value, newSize)) return null;
      return concatBytes(...tileNodes(tile.value).map(({ level, index }) => read(level, index)));
    },
  };
};

/** A log on the network that shows whatever the test wants. */
export const startLogServer = async (running: AsyncDisposableStack) => {
  const shown: { files: (path: string) => Uint8Array | string | null } = { files: () => null };
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/elsewhere/")) {
      response.writeHead(302, { location: request.url.slice("/elsewhere".length) }).end();
      return;
    }
    const file = shown.files((request.url ?? "").slice(1));
    response.writeHead(file === null ? 404 : 200).end(file ?? "");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  running.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show: (files: (path: string) => Uint8Array | string | null): void => {
      shown.files = files;
    },
    showHistory: (history: History, size: number, note = history.noteAt(size)): void => {
      shown.files = (path) => (path === "checkpoint" ? note : history.tile(path, size));
    },
  };
};
