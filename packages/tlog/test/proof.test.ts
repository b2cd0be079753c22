import { describe, expect, it } from "vitest";
import { signCheckpoint } from "../src/checkpoint.ts";
import { TLOG_ERROR_CODES } from "../src/errors.ts";
import { verifierKeyOf } from "../src/keys.ts";
import { foldProof, foldRoot, inclusionProofNodes } from "../src/nodes.ts";
import { createProofWriter, encodeTlogProof, parseTlogProof, verifyTlogProof } from "../src/proof.ts";
import { corruptions, createFilledLog, createTestSigner, entryAt, logKey, logSigner } from "./testlog.ts";

const log = createFilledLog(300);

const proofOf = (index: number, size: number) => {
  const root = foldRoot(size, log.read);
  return {
    index,
    hashes: foldProof(inclusionProofNodes({ index, size }), log.read),
    checkpoint: signCheckpoint({ origin: logSigner.name, size, root }, logSigner),
  };
};

const LENGTHS = [
  [0, 1],
  [0, 2],
  [5, 7],
  [255, 256],
  [256, 257],
  [299, 300],
] as const;

describe("log proofs", () => {
  it("read as the format says", () => {
    const { checkpoint } = proofOf(1, 2);
    const text = encodeTlogProof({ ...proofOf(1, 2), extra: Uint8Array.of(1, 2, 3) });
    const hash = "ymDNw75pAfo2qhOJmvSMaGQ7lxM0kbgHIXNlEmGXSYE=";
    const [version, extra, index, first, ...rest] = text.split("\n");
    expect([version, extra, index]).toEqual(["c2sp.org/tlog-proof@v1", "extra AQID", "index 1"]);
    expect(first).toHaveLength(hash.length);
    expect(rest.join("\n")).toBe(`\n${checkpoint}`);
  });

  it.each(LENGTHS)("prove entry %d of %d and come back as written", (index, size) => {
    for (const extra of [undefined, Uint8Array.of(0), new Uint8Array(1_000)]) {
      const proof = { ...proofOf(index, size), ...(extra === undefined ? {} : { extra }) };
      const text = encodeTlogProof(proof);
      expect(parseTlogProof(text)).toEqual({ ok: true, value: proof });
      const verified = verifyTlogProof({ text, entry: entryAt(index), logKeys: [logKey] });
      const root = foldRoot(size, log.read);
      expect(verified).toEqual({ ok: true, value: { origin: logSigner.name, index, size, root } });
    }
  });

  it("are written many at a time as they are one by one", () => {
    for (let size = 1; size <= 70; size += 1) {
      const write = createProofWriter({ size, read: log.read, checkpoint: proofOf(0, size).checkpoint });
      for (let index = 0; index < size; index += 1) expect(write(index)).toBe(encodeTlogProof(proofOf(index, size)));
    }
  });

  it.each(LENGTHS)("do not prove another entry than %d of %d", (index, size) => {
    const text = encodeTlogProof(proofOf(index, size));
    const refused = verifyTlogProof({ text, entry: entryAt(index + 1), logKeys: [logKey] });
    expect(refused).toMatchObject({ ok: false, error: { code: "ROOT_MISMATCH" } });
  });

  it("are refused from a log that is not accepted", () => {
    const claim = { text: encodeTlogProof(proofOf(5, 7)), entry: entryAt(5) };
    const other = verifierKeyOf(createTestSigner("other.example/log", 12));
    const refusal = { ok: false, error: { code: "NOTE_SIGNER_UNKNOWN" } };
    expect(verifyTlogProof({ ...claim, logKeys: [] })).toMatchObject(refusal);
    expect(verifyTlogProof({ ...claim, logKeys: [other] })).toMatchObject(refusal);
  });

  const text = encodeTlogProof(proofOf(5, 7));
  const [head = ""] = text.split("\n\n");
  const hash = head.split("\n")[2] ?? "";
  it.each([
    ["nothing", "", "PROOF_MALFORMED"],
    ["a later version", text.replace("@v1", "@v2"), "PROOF_MALFORMED"],
    ["no empty line", text.replace("\n\n", "\n"), "PROOF_MALFORMED"],
    ["no index", text.replace("index 5\n", ""), "PROOF_MALFORMED"],
    ["two indexes", text.replace("index 5\n", "index 5\nindex 5\n"), "PROOF_MALFORMED"],
    ["a leading zero", text.replace("index 5", "index 05"), "PROOF_MALFORMED"],
    ["an index beyond exact integers", text.replace("index 5", "index 9007199254740992"), "PROOF_MALFORMED"],
    ["an index at the size", text.replace("index 5", "index 7"), "INDEX_OUT_OF_RANGE"],
    ["another index", text.replace("index 5", "index 4"), "ROOT_MISMATCH"],
    ["empty extra data", text.replace("index 5", "extra \nindex 5"), "PROOF_MALFORMED"],
    ["extra data that is not base64", text.replace("index 5", "extra ???\nindex 5"), "PROOF_MALFORMED"],
    ["extra data after the index", text.replace("index 5\n", "index 5\nextra AQID\n"), "PROOF_MALFORMED"],
    ["extra data past the limit", text.replace("index", `extra ${"A".repeat(65_540)}\nindex`), "PROOF_MALFORMED"],
    ["a short hash", text.replace(hash, "AQID"), "PROOF_MALFORMED"],
    ["a hash less", text.replace(`${hash}\n`, ""), "PROOF_LENGTH"],
    ["63 hashes", text.replace(hash, `${hash}\n`.repeat(61).trimEnd()), "PROOF_LENGTH"],
    ["64 hashes", text.replace(hash, `${hash}\n`.repeat(62).trimEnd()), "PROOF_MALFORMED"],
    ["no checkpoint", `${head}\n\n`, "NOTE_MALFORMED"],
    ["more than any proof needs", text + "x".repeat(400_000), "PROOF_TOO_LARGE"],
  ])("are refused with %s", (_, spoiled, code) => {
    const refused = verifyTlogProof({ text: spoiled, entry: entryAt(5), logKeys: [logKey] });
    expect(refused).toMatchObject({ ok: false, error: { code } });
  });

  it("give a typed refusal with any one byte changed or cut", () => {
    for (const corrupted of corruptions(text)) {
      const result = verifyTlogProof({ text: corrupted, entry: entryAt(5), logKeys: [logKey] });
      expect(!result.ok && TLOG_ERROR_CODES.includes(result.error.code)).toBe(true);
    }
  });
});
