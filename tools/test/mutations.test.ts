import { describe, expect, it } from "vitest";
import { evidenceTargets } from "../fuzz/evidence-targets.ts";
import { logTargets } from "../fuzz/log-targets.ts";
import { mutationsOf } from "../fuzz/mutate.ts";
import { hasVectors, ownProofs, type Proof, publishedProofs } from "../fuzz/proofs.ts";

/** Where a changed sample verified all the same. */
const survivorsOf = async ({ sample, verifies, respelled, positionsMax, isHarmless }: Proof): Promise<string[]> => {
  const survivors: string[] = [];
  for (const { kind, at, bytes } of mutationsOf(sample, positionsMax)) {
    if (isHarmless?.(bytes) !== true && (await verifies(bytes))) survivors.push(`${kind} at ${at}`);
  }
  for (const [i, bytes] of respelled.entries()) if (await verifies(bytes)) survivors.push(`spelled otherwise, ${i}`);
  return survivors;
};

const cases = (proofs: readonly Proof[]) => proofs.map((proof) => [proof.name, proof] as const);

describe("a sample that verifies does not once it is cut, flipped anywhere or spelled otherwise", () => {
  it.each(cases(ownProofs))("%s", async (_, proof) => {
    expect(await proof.verifies(proof.sample)).toBe(true);
    expect(await survivorsOf(proof)).toEqual([]);
  });
});

const title = "published vectors that verify do not once they are cut, flipped anywhere or spelled otherwise";

describe.skipIf(!hasVectors)(
  hasVectors ? title : `${title} (skipped: the published vectors are not in ../shared/vectors)`,
  () => {
    it.each(cases(hasVectors ? publishedProofs() : []))("%s", async (_, proof) => {
      expect(await proof.verifies(proof.sample)).toBe(true);
      expect(await survivorsOf(proof)).toEqual([]);
    });
  },
);

describe("every parser answers its samples, cut at any length and flipped at any byte, with a value or a code", () => {
  it.each([...logTargets, ...evidenceTargets].map((target) => [target.name, target] as const))("%s", (_, target) => {
    for (const sample of target.samples) {
      for (const { bytes } of mutationsOf(sample, 200)) expect(typeof target.accepts(bytes)).toBe("boolean");
    }
  });
});
