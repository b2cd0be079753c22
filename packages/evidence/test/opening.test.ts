import { base64UrlToBytes, bytesToBase64Url, reveal } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import {
  encodeOpening,
  OPENING_FORMAT,
  type Opening,
  openLeaves,
  readOpening,
  rootOfLeaves,
  signStatement,
} from "../src/index.ts";
import { reopenCapture } from "../src/reopen.ts";
import { client, freelancer, type Look, makeCapture, sealAll } from "./capture.ts";
import { sampleBodies, sampleKeys } from "./samples.ts";

const TREE_SIZE = 1024;
const look: Look = { columns: 5, rows: 3, redacted: [1, 2, 7], masked: [14], isContextRedacted: true };

describe("a capture put together again from its two files", () => {
  it.each<[string, Look]>([
    ["with withheld tiles and title", look],
    ["with everything shown", { columns: 3, rows: 2 }],
    ["with everything withheld", { columns: 2, rows: 2, redacted: [0, 1, 2, 3], isContextRedacted: true }],
    ["with a reason why less is shown", { ...look, fallback: { shows: "structure", because: "time" } }],
  ])("%s is the one that was committed to", async (_, seen) => {
    const made = await sealAll(makeCapture(seen));
    const reopened = await reopenCapture(made, freelancer.identity, made.records);
    if (!reopened.ok) throw new Error(reopened.error.detail);
    expect(reopened.value.tree.root).toEqual(made.capture.tree.root);
    expect(reopened.value.leaves.map(({ payload }) => Buffer.from(payload))).toEqual(
      made.capture.leaves.map(({ payload }) => Buffer.from(payload)),
    );
  });

  it("is its author's alone: the client cannot open the hidden file", async () => {
    const made = await sealAll(makeCapture(look));
    expect(await reopenCapture(made, client.identity, made.records)).toMatchObject({
      error: { code: "UNDECRYPTABLE" },
    });
  });

  it("is refused where the hidden file is another capture's", async () => {
    const made = await sealAll(makeCapture(look));
    const other = await sealAll(makeCapture({ ...look, redacted: [1] }));
    const files = { visible: made.visible, hidden: other.hidden };
    expect((await reopenCapture(files, freelancer.identity, made.records)).ok).toBe(false);
  });
});

const opened = (indexes: readonly number[]) => openLeaves(makeCapture(look).capture, indexes);

describe("an opening", () => {
  it("of any leaves leads to the root, in the order of their index", () => {
    const { capture } = makeCapture(look);
    for (const indexes of [[0], [0, 1, 3], [9, 3, 3, 0], [1023], Array.from({ length: TREE_SIZE }, (_, i) => i)]) {
      const opening = openLeaves(capture, indexes);
      expect(opening.leaves.map(({ index }) => index)).toEqual([...new Set(indexes)].sort((a, b) => a - b));
      expect(rootOfLeaves(opening, TREE_SIZE)).toEqual({ ok: true, value: capture.tree.root });
    }
  });

  it("leads elsewhere, or nowhere, when a leaf, a salt, an index or a hash is changed", () => {
    const { tree } = makeCapture(look).capture;
    const honest = opened([0, 3, 8]);
    const altered = (change: (leaf: (typeof honest.leaves)[number]) => object) => ({
      ...honest,
      leaves: honest.leaves.map((leaf, i) => (i === 1 ? { ...leaf, ...change(leaf) } : leaf)),
    });
    const liars = [
      altered(() => ({ payload: "AAAA" })),
      altered(({ salt }) => ({ salt: bytesToBase64Url((base64UrlToBytes(salt) ?? new Uint8Array()).fill(7)) })),
      altered(() => ({ kind: 0x11 })),
      altered(() => ({ index: 4 })),
      { ...honest, closed: honest.closed.slice(43) },
      { ...honest, closed: bytesToBase64Url(new Uint8Array(31)) },
    ];
    for (const liar of liars) {
      const root = rootOfLeaves(liar, TREE_SIZE);
      expect(root.ok && Buffer.from(root.value).equals(tree.root)).toBe(false);
    }
    expect(rootOfLeaves(honest, 8).ok).toBe(false);
  });

  it("reads back from its file, and from no other bytes", () => {
    const key = reveal(sampleKeys(1).signing.secretKey);
    const sign = (name: "terms" | "device" | "capture" | "arrival") =>
      signStatement(name, sampleBodies[name], [key]).envelope;
    const opening: Opening = {
      format: OPENING_FORMAT,
      ...{ terms: sign("terms"), device: sign("device"), capture: sign("capture"), arrival: sign("arrival") },
      proof: "",
      ...opened([0, 3]),
    };
    const file = encodeOpening(opening);
    expect(readOpening(file)).toEqual({ ok: true, value: opening });
    for (let length = 0; length < file.length; length += 101)
      expect(readOpening(file.subarray(0, length)).ok).toBe(false);
    const backwards = { ...opening, leaves: opening.leaves.toReversed() };
    expect(readOpening(encodeOpening(backwards)).ok).toBe(false);
    expect(readOpening(encodeOpening({ ...opening, leaves: [] })).ok).toBe(false);
  });
});
