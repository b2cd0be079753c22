import { describe, expect, it } from "vitest";
import { formatCheckpoint, signCheckpoint } from "../src/checkpoint.ts";
import { TLOG_ERROR_CODES } from "../src/errors.ts";
import { cosignerKeyOf } from "../src/keys.ts";
import { consistencyProofNodes, foldProof, foldRoot } from "../src/nodes.ts";
import { addSignatures, cosignText, verifyNote } from "../src/note.ts";
import {
  formatAddCheckpoint,
  formatWitnessAnswer,
  parseAddCheckpoint,
  parseWitnessSize,
  readWitnessAnswer,
  WITNESS_ANSWER_CHARS_MAX,
  WITNESS_REQUEST_CHARS_MAX,
} from "../src/witness.ts";
import { corruptions, createFilledLog, createTestSigner, logKey, logSigner } from "./testlog.ts";

const log = createFilledLog(70);
const checkpoint = { origin: logSigner.name, size: 70, root: foldRoot(70, log.read) };
const text = formatCheckpoint(checkpoint);
const note = signCheckpoint(checkpoint, logSigner);
const proof = foldProof(consistencyProofNodes({ oldSize: 33, newSize: 70 }), log.read);

// The example request of the specification.
const SPEC_REQUEST = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`;

describe("requests to a witness", () => {
  it("of the specification are read and written back byte for byte", () => {
    const request = parseAddCheckpoint(SPEC_REQUEST);
    if (!request.ok) return expect.fail(request.error.code);
    expect(request.value.oldSize).toBe(20_852_014);
    expect(request.value.proof).toHaveLength(4);
    expect(formatAddCheckpoint(request.value)).toBe(SPEC_REQUEST);
  });

  it.each([
    { oldSize: 0, proof: [], note },
    { oldSize: 33, proof, note },
    { oldSize: 70, proof: [], note },
    { oldSize: 1, proof: Array.from({ length: 63 }, () => new Uint8Array(32)), note },
  ])("come back as written from size $oldSize", (request) => {
    expect(parseAddCheckpoint(formatAddCheckpoint(request))).toEqual({ ok: true, value: request });
  });

  const request = formatAddCheckpoint({ oldSize: 33, proof, note });
  const [first = ""] = request.split("\n").slice(1);
  it.each([
    ["nothing", ""],
    ["no empty line", "old 33\n"],
    ["no old size", request.replace("old 33\n", "")],
    ["a capital", request.replace("old", "Old")],
    ["two spaces", request.replace("old 33", "old  33")],
    ["a leading zero", request.replace("old 33", "old 033")],
    ["a negative size", request.replace("old 33", "old -1")],
    ["a size beyond exact integers", request.replace("old 33", "old 9007199254740992")],
    ["a carriage return", request.replace("\n", "\r\n")],
    ["a short hash", request.replace(first, "AQID")],
    ["a hash without padding", request.replace(first, first.replace("=", ""))],
    ["64 hashes", request.replace(first, `${first}\n`.repeat(64 - proof.length).concat(first))],
    ["more than any request needs", `old 33\n\n${"x".repeat(WITNESS_REQUEST_CHARS_MAX)}`],
  ])("are refused with %s", (_, spoiled) => {
    expect(parseAddCheckpoint(spoiled)).toMatchObject({ ok: false, error: { code: "WITNESS_REQUEST_MALFORMED" } });
  });

  it("give a request or a typed refusal with any one byte changed or cut", () => {
    for (const corrupted of corruptions(request)) {
      const result = parseAddCheckpoint(corrupted);
      if (result.ok) expect(formatAddCheckpoint(result.value)).toBe(corrupted);
      else expect(TLOG_ERROR_CODES).toContain(result.error.code);
    }
  });
});

describe("answers of a witness", () => {
  const TIME = 1_750_000_000;
  const signer = createTestSigner("witness.example/w1", 21);
  const witness = cosignerKeyOf(signer);
  const own = cosignText({ text, signer, time: TIME });
  const foreign = cosignText({ text, signer: createTestSigner("witness.example/w2", 22), time: 1 });

  it("are put under the checkpoint, without what others signed in them", () => {
    const word = readWitnessAnswer({ note, answer: formatWitnessAnswer([foreign, own]), witness });
    expect(word).toEqual({ ok: true, value: { key: witness, time: TIME, signature: own } });
    const cosigned = addSignatures(note, [own]);
    expect(verifyNote(cosigned, [logKey, witness])).toMatchObject({ ok: true, value: { signedBy: [logKey, witness] } });
  });

  it.each([
    ["nothing", "", "WITNESS_ANSWER_MALFORMED"],
    ["a page", "<html>\n", "WITNESS_ANSWER_MALFORMED"],
    ["a whole note", addSignatures(note, [own]), "WITNESS_ANSWER_MALFORMED"],
    ["an empty line", `\n${formatWitnessAnswer([own])}`, "WITNESS_ANSWER_MALFORMED"],
    ["no newline at the end", formatWitnessAnswer([own]).trimEnd(), "WITNESS_ANSWER_MALFORMED"],
    ["only others' signatures", formatWitnessAnswer([foreign]), "WITNESS_UNSIGNED"],
    [
      "a word on another text",
      formatWitnessAnswer([cosignText({ text: "x\n", signer, time: 1 })]),
      "NOTE_SIGNATURE_INVALID",
    ],
    [
      "more than any witness says",
      formatWitnessAnswer([own]).repeat(WITNESS_ANSWER_CHARS_MAX / 100),
      "WITNESS_ANSWER_MALFORMED",
    ],
  ])("are refused with %s", (_, answer, code) => {
    expect(readWitnessAnswer({ note, answer, witness })).toMatchObject({ ok: false, error: { code } });
  });

  it("give a typed refusal with any one byte changed or cut", () => {
    for (const corrupted of corruptions(formatWitnessAnswer([own]))) {
      const result = readWitnessAnswer({ note, answer: corrupted, witness });
      expect(!result.ok && TLOG_ERROR_CODES.includes(result.error.code)).toBe(true);
    }
  });

  it.each([
    ["0\n", 0],
    ["20852163\n", 20_852_163],
    ["", null],
    ["7", null],
    ["07\n", null],
    ["7\n\n", null],
    ["-1\n", null],
    ["9007199254740992\n", null],
  ])("%j names the size %s", (answer, size) => {
    const parsed = parseWitnessSize(answer);
    expect(parsed.ok ? parsed.value : null).toBe(size);
    if (!parsed.ok) expect(parsed.error.code).toBe("WITNESS_ANSWER_MALFORMED");
  });
});
