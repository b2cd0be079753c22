import { createHash, createHmac } from "node:crypto";
import { createTestRandom } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DrawRule, deviceRandomness, drawCommitment, drawnRounds, drawsEndAt, isDrawn } from "../src/index.ts";

const rule: DrawRule = { person: "0197aaaa-0000-7000-8000-000000000003", odds: 100 };
const seed = createTestRandom(7).bytes(32);
const bySeed = (round: number) => deviceRandomness(seed, round);
const drawn = (from: number, to: number, { odds = 100, randomness = bySeed, person = rule.person } = {}) =>
  drawnRounds({ person, odds }, randomness, { from, to });

/** The rule of the protocol in other code. */
const isDrawnByDefinition = (round: number): boolean => {
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(round));
  const randomness = createHmac("sha256", seed).update("underseal/1/device-round\0").update(number).digest();
  const key = createHash("sha256").update("underseal/1/draw\0").update(rule.person).digest();
  return createHmac("sha256", key).update(randomness).digest().readBigUInt64BE(0) * 100n < 2n ** 64n;
};

describe("the end of a run's draws", () => {
  it.each([
    ["seen at once", 100, 100, 100],
    ["seen a little later", 100, 130, 130],
    ["seen a minute later", 100, 160, 160],
    ["seen much later", 100, 4_000, 160],
    ["seen before it says, by another clock", 100, 90, 100],
  ])("is, for a stop %s, when somebody else saw it: told at %i, seen at %i, it is %i", (_, stoppedAt, seenAt, end) => {
    expect(drawsEndAt({ stoppedAt, seenAt })).toBe(end);
  });
});

describe("a draw", () => {
  it("is what the protocol says, computed a second time with other code", () => {
    for (let round = 0; round < 3_000; round += 1) {
      expect(isDrawn(rule, bySeed(round))).toBe(isDrawnByDefinition(round));
    }
  });

  it("comes about once in `odds` rounds", () => {
    const { length } = drawn(0, 20_000);
    // 200 expected, standard deviation 14: five of them.
    expect(length).toBeGreaterThan(130);
    expect(length).toBeLessThan(270);
    expect(drawn(5, 9, { odds: 1 })).toEqual([5, 6, 7, 8]);
  });

  it("has no memory: gaps of every length follow the geometric law roughly", () => {
    const rounds = drawn(0, 20_000, { odds: 10 });
    const gaps = rounds.slice(1).map((round, i) => round - (rounds[i] ?? 0));
    const share = (test: (gap: number) => boolean) => gaps.filter(test).length / gaps.length;
    expect(share((gap) => gap === 1)).toBeGreaterThan(0.07);
    expect(share((gap) => gap === 1)).toBeLessThan(0.13);
    expect(share((gap) => gap > 20)).toBeGreaterThan(0.08);
    expect(share((gap) => gap > 20)).toBeLessThan(0.17);
  });

  it("depends on the randomness, the person and the round, and on nothing else", () => {
    const base = drawn(0, 5_000);
    expect(drawn(0, 5_000)).toEqual(base);
    const otherSeed = seed.with(0, (seed[0] ?? 0) ^ 1);
    expect(drawn(0, 5_000, { randomness: (round) => deviceRandomness(otherSeed, round) })).not.toEqual(base);
    expect(drawn(0, 5_000, { person: "0197aaaa-0000-7000-8000-000000000004" })).not.toEqual(base);
  });

  it("is a whole interval's draws cut anywhere", () => {
    fc.assert(
      fc.property(fc.nat(2_000), (cut) => {
        expect([...drawn(0, cut), ...drawn(cut, 2_000)]).toEqual(drawn(0, 2_000));
      }),
      { numRuns: 5 },
    );
  });

  it("leaves out rounds whose randomness is not known", () => {
    const odd = (round: number) => (round % 2 === 1 ? bySeed(round) : null);
    expect(drawn(0, 20, { odds: 1, randomness: odd as typeof bySeed })).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
  });

  it("ends a hostile interval", () => {
    expect(drawn(10, 10)).toEqual([]);
    expect(drawn(10, 3)).toEqual([]);
  });

  it("is committed to by a hash that fits one seed", () => {
    expect(drawCommitment(seed)).toEqual(
      new Uint8Array(createHash("sha256").update("underseal/1/draw-seed\0").update(seed).digest()),
    );
    expect(drawCommitment(seed.with(31, (seed[31] ?? 0) ^ 1))).not.toEqual(drawCommitment(seed));
  });
});
