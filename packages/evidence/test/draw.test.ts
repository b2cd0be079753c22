import { createHash, createHmac } from "node:crypto";
import { createTestRandom } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DrawRule, drawCommitment, drawnRounds, isDrawn, roundOf } from "../src/index.ts";

const rule: DrawRule = {
  seed: createTestRandom(7).bytes(32),
  person: "0197aaaa-0000-7000-8000-000000000003",
  odds: 100,
};

/** The rule of the protocol in other code. */
const isDrawnByDefinition = ({ seed, person, odds }: DrawRule, round: number): boolean => {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(round));
  const randomness = createHmac("sha256", seed).update("underseal/1/device-round\0").update(number).digest();
  const key = createHash("sha256").update("underseal/1/draw\0").update(person).digest();
  return createHmac("sha256", key).update(randomness).digest().readBigUInt64BE(0) < 2n ** 64n / BigInt(odds) + 0n;
};

describe("a draw", () => {
  it("is what the protocol says, computed a second time with other code", () => {
    for (let round = 0; round < 3_000; round += 1) expect(isDrawn(rule, round)).toBe(isDrawnByDefinition(rule, round));
  });

  it("comes about once in `odds` rounds", () => {
    const drawn = drawnRounds(rule, { from: 0, to: 20_000 });
    // 200 expected, standard deviation 14: five of them.
    expect(drawn.length).toBeGreaterThan(130);
    expect(drawn.length).toBeLessThan(270);
    expect(drawnRounds({ ...rule, odds: 1 }, { from: 5, to: 9 })).toEqual([5, 6, 7, 8]);
  });

  it("has no memory: gaps of every length follow the geometric law roughly", () => {
    const drawn = drawnRounds({ ...rule, odds: 10 }, { from: 0, to: 20_000 });
    const gaps = drawn.slice(1).map((round, i) => round - (drawn[i] ?? 0));
    const share = (test: (gap: number) => boolean) => gaps.filter(test).length / gaps.length;
    expect(share((gap) => gap === 1)).toBeGreaterThan(0.07);
    expect(share((gap) => gap === 1)).toBeLessThan(0.13);
    expect(share((gap) => gap > 20)).toBeGreaterThan(0.08);
    expect(share((gap) => gap > 20)).toBeLessThan(0.17);
  });

  it("depends on the seed, the person and the round, and on nothing else", () => {
    const span = { from: 0, to: 5_000 };
    const base = drawnRounds(rule, span);
    expect(drawnRounds({ ...rule }, span)).toEqual(base);
    expect(drawnRounds({ ...rule, seed: rule.seed.with(0, (rule.seed[0] ?? 0) ^ 1) }, span)).not.toEqual(base);
    expect(drawnRounds({ ...rule, person: "0197aaaa-0000-7000-8000-000000000004" }, span)).not.toEqual(base);
  });

  it("is a whole interval's draws cut anywhere", () => {
    fc.assert(
      fc.property(fc.nat(2_000), (cut) => {
        const parts = [drawnRounds(rule, { from: 0, to: cut }), drawnRounds(rule, { from: cut, to: 2_000 })];
        expect(parts.flat()).toEqual(drawnRounds(rule, { from: 0, to: 2_000 }));
      }),
      { numRuns: 5 },
    );
  });

  it("ends a hostile interval", () => {
    expect(drawnRounds(rule, { from: 10, to: 10 })).toEqual([]);
    expect(drawnRounds(rule, { from: 10, to: 3 })).toEqual([]);
  });

  it("is committed to by a hash that fits one seed", () => {
    expect(drawCommitment(rule.seed)).toEqual(
      new Uint8Array(createHash("sha256").update("underseal/1/draw-seed\0").update(rule.seed).digest()),
    );
    expect(drawCommitment(rule.seed.with(31, (rule.seed[31] ?? 0) ^ 1))).not.toEqual(drawCommitment(rule.seed));
  });
});

describe("roundOf", () => {
  it.each([
    [0, 0],
    [2.999, 0],
    [3, 1],
    [599, 199],
    [600, 200],
  ])("puts second %d into round %i of three seconds", (seconds, round) => {
    expect(roundOf(seconds, 3)).toBe(round);
  });
});
