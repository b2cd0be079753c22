// Witnesses come and go; each proof in a bundle carries the signatures that its own terms can check.
import { type StatementBody, sha256 } from "@underseal/evidence";
import { redact } from "@underseal/foundation";
import {
  addSignatures,
  cosignerKeyOf,
  cosignText,
  encodeTlogProof,
  encodeVerifierKey,
  formatPolicy,
  type NoteSigner,
  parsePinnedPolicy,
  parseTlogProof,
  signCheckpoint,
  verifierKeyOf,
  verifyWitnessedCheckpoint,
} from "@underseal/tlog";
import { expect, test } from "vitest";
import { createPolicyFit } from "../../src/evidence/bundle-proofs.ts";

const signerOf = (name: string): NoteSigner => ({ name, seed: redact(sha256(new TextEncoder().encode(name))) });
const log = signerOf("log.example");
const [before, since] = [signerOf("before.example"), signerOf("since.example")];

const policyOf = (witness: NoteSigner) =>
  formatPolicy({
    logs: [{ key: verifierKeyOf(log) }],
    witnesses: [{ name: "w", key: cosignerKeyOf(witness) }],
    groups: [],
    quorum: "w",
  });

const termsOf = (witness: NoteSigner) => ({
  hash: sha256(new TextEncoder().encode(witness.name)),
  // Only what is read of terms here.
  body: { log: policyOf(witness) } as StatementBody<"terms">,
});

const proofBy = (witnesses: readonly NoteSigner[]): string => {
  const note = signCheckpoint({ origin: log.name, size: 1, root: new Uint8Array(32) }, log);
  const text = note.slice(0, note.indexOf("\n\n") + 1);
  const cosigned = witnesses.map((signer) => cosignText({ text, signer, time: 1_794_787_200 }));
  return encodeTlogProof({ index: 0, hashes: [], checkpoint: addSignatures(note, cosigned) });
};

const namesIn = (proof: string): string[] => [...proof.matchAll(/^— (\S+) /gmu)].map(([, name = ""]) => name);

test("a proof keeps the signatures that its terms name, and satisfies their policy", () => {
  const fit = createPolicyFit([termsOf(before), termsOf(since)]);
  for (const witness of [before, since]) {
    const proof = fit(proofBy([before, since]), termsOf(witness).hash);
    expect(namesIn(proof)).toEqual(["log.example", witness.name]);
    const policy = parsePinnedPolicy(policyOf(witness));
    const read = parseTlogProof(proof);
    if (!policy.ok || !read.ok) throw new Error("both can be read");
    expect(verifyWitnessedCheckpoint(read.value.checkpoint, policy.value).ok).toBe(true);
  }
});

test("a proof that fits is left as it is, byte for byte", () => {
  const proof = proofBy([before]);
  expect(createPolicyFit([termsOf(before)])(proof, termsOf(before).hash)).toBe(proof);
  expect(encodeVerifierKey(cosignerKeyOf(before))).toContain("before.example+");
});
