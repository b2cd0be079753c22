import { base64ToBytes } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { formatCheckpoint, signCheckpoint } from "../src/checkpoint.ts";
import { cosignerKeyOf, encodeVerifierKey } from "../src/keys.ts";
import { emptyRoot, leafHash, verifyInclusion } from "../src/merkle.ts";
import { addSignatures, cosignText, signNote } from "../src/note.ts";
import { type Policy, parsePolicy } from "../src/policy.ts";
import { meetsQuorum, quorumWitnesses, verifyWitnessedCheckpoint } from "../src/quorum.ts";
import { witnessed } from "./data.ts";
import { createTestSigner, logKey, logSigner } from "./testlog.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"] as const;
const signers = new Map(NAMES.map((name, i) => [name, createTestSigner(`${name}.example`, 40 + i)]));
const signerOf = (name: (typeof NAMES)[number]) => signers.get(name) ?? expect.fail(name);
const WITNESSES = NAMES.map((name) => `witness ${name} ${encodeVerifierKey(cosignerKeyOf(signerOf(name)))}\n`).join("");

const policyOf = (rules: string): Policy => {
  const policy = parsePolicy(`log ${encodeVerifierKey(logKey)}\n${WITNESSES}${rules}`);
  return policy.ok ? policy.value : expect.fail(policy.error.sentence);
};

const NESTED = "group x 2 a b c\ngroup y any d e\ngroup q all x y\nquorum q\n";

describe("a quorum", () => {
  it.each([
    ["quorum none\n", "", true],
    ["quorum a\n", "a", true],
    ["quorum a\n", "bcdef", false],
    ["group q 2 a b c\nquorum q\n", "a", false],
    ["group q 2 a b c\nquorum q\n", "ac", true],
    ["group q 2 a b c\nquorum q\n", "adef", false],
    ["group q all a b c\nquorum q\n", "ab", false],
    ["group q all a b c\nquorum q\n", "abc", true],
    ["group q any a b c\nquorum q\n", "", false],
    ["group q any a b c\nquorum q\n", "c", true],
    [NESTED, "abc", false],
    [NESTED, "de", false],
    [NESTED, "ad", false],
    [NESTED, "abd", true],
    [NESTED, "f", false],
  ])("%j is met by %j: %s", (rules, names, met) => {
    expect(meetsQuorum(policyOf(rules), new Set(names))).toBe(met);
  });

  it("is not met by a group's name given for a witness's", () => {
    expect(meetsQuorum(policyOf(NESTED), new Set(["q", "x", "y"]))).toBe(false);
  });
});

describe("operators", () => {
  const operatorsOf = (rules: string) =>
    Object.fromEntries(quorumWitnesses(policyOf(rules)).map(({ name, operator }) => [name, operator]));

  it.each([
    ["quorum none\n", {}],
    ["quorum a\n", { a: "a" }],
    ["group q 2 a b c\nquorum q\n", { a: "a", b: "b", c: "c" }],
    ["group x any a b\ngroup q 2 x c\nquorum q\n", { a: "x", b: "x", c: "c" }],
    ["group x any a b\ngroup y any x c\ngroup q any y d\nquorum q\n", { a: "y", b: "y", c: "y", d: "d" }],
    ["group x any a b\nquorum a\n", { a: "a" }],
    [NESTED, { a: "x", b: "x", c: "x", d: "y", e: "y" }],
  ])("under %j are %j", (rules, operators) => {
    expect(operatorsOf(rules)).toEqual(operators);
  });
});

describe("a checkpoint under a policy", () => {
  const TIME = 1_750_000_000;
  const checkpoint = { origin: logSigner.name, size: 7, root: emptyRoot() };
  const text = formatCheckpoint(checkpoint);
  const signed = signCheckpoint(checkpoint, logSigner);
  const by = (names: readonly (typeof NAMES)[number][], note = signed): string =>
    names.length === 0
      ? note
      : addSignatures(
          note,
          names.map((name, i) => cosignText({ text, signer: signerOf(name), time: TIME + i })),
        );

  it("is accepted with a quorum, and says who saw it when", () => {
    const accepted = verifyWitnessedCheckpoint(by(["d", "b", "a", "f"]), policyOf(NESTED));
    if (!accepted.ok) return expect.fail(accepted.error.code);
    expect(accepted.value.checkpoint).toEqual(checkpoint);
    const times = accepted.value.cosignatures.map(({ key, time }) => [key.name, time - TIME]);
    expect(times).toEqual([["d.example", 0], ["b.example", 1], ["a.example", 2], ["f.example", 3]]); // biome-ignore format: one row, one case
  });

  it("is accepted unwitnessed where the policy asks for none", () => {
    const accepted = verifyWitnessedCheckpoint(signed, policyOf("quorum none\n"));
    expect(accepted).toEqual({ ok: true, value: { checkpoint, cosignatures: [] } });
  });

  it.each([
    ["too few witnesses", by(["a", "b"]), "QUORUM_MISSING"],
    ["no witness", signed, "QUORUM_MISSING"],
    ["one witness three times", by(["a", "a", "d"]), "QUORUM_MISSING"],
    [
      "witnesses but no log",
      by(["a", "b", "d"], signNote(text, [createTestSigner("x.example", 9)])),
      "NOTE_SIGNER_UNKNOWN",
    ],
    [
      "another log's signature",
      by(["a", "b", "d"], signNote(text, [createTestSigner(logSigner.name, 9)])),
      "NOTE_SIGNER_UNKNOWN",
    ],
    ["no signature that is known", signNote(text, [createTestSigner("x.example", 9)]), "NOTE_SIGNER_UNKNOWN"],
    [
      "another log's name",
      signNote("other.example\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", [logSigner]),
      "CHECKPOINT_ORIGIN_UNKNOWN",
    ],
    ["a text that is no checkpoint", signNote("hello\n", [logSigner]), "CHECKPOINT_MALFORMED"],
  ])("is refused with %s", (_, note, code) => {
    expect(verifyWitnessedCheckpoint(note, policyOf(NESTED))).toMatchObject({ ok: false, error: { code } });
  });

  it("is refused when a known witness's signature does not fit, quorum or not", () => {
    const other = cosignText({ text: "other\n", signer: signerOf("f"), time: TIME });
    const refused = verifyWitnessedCheckpoint(addSignatures(by(["a", "b", "d"]), [other]), policyOf(NESTED));
    expect(refused).toMatchObject({ ok: false, error: { code: "NOTE_SIGNATURE_INVALID" } });
  });

  it("of a public log is accepted with two of its three public witnesses, and proves an entry", () => {
    const lines = witnessed.witnesses.map((vkey, i) => `witness w${i} ${vkey}\n`).join("");
    const policy = parsePolicy(`log ${witnessed.logKey}\n${lines}group q 2 w0 w1 w2\nquorum q\n`);
    if (!policy.ok) return expect.fail(policy.error.sentence);
    const cut = witnessed.checkpoint.replace(/— witness\.stagemole.*\n/, "");
    const accepted = verifyWitnessedCheckpoint(cut, policy.value);
    if (!accepted.ok) return expect.fail(accepted.error.code);
    const [size, root] = [accepted.value.checkpoint.size, accepted.value.checkpoint.root];
    const proof = witnessed.hashes.map((hash) => base64ToBytes(hash) ?? expect.fail(hash));
    const leaf = leafHash(base64ToBytes(witnessed.entry) ?? expect.fail("entry"));
    expect(verifyInclusion({ index: witnessed.index, size, leafHash: leaf, proof, root }).ok).toBe(true);
    const one = cut.replace(/— staging\.witness.*\n/, "");
    expect(verifyWitnessedCheckpoint(one, policy.value)).toMatchObject({ error: { code: "QUORUM_MISSING" } });
  });
});
