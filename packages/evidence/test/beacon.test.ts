import { bytesToHex, hexToBytes } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { weightsOf } from "../src/beacon.ts";
import {
  beaconKeyOf,
  isBeaconKey,
  QUICKNET,
  randomnessOf,
  roundAt,
  roundTime,
  signRound,
  verifyRound,
  verifyRounds,
} from "../src/index.ts";
import { sampleSecret } from "./samples.ts";

const bytes = (hex: string): Uint8Array => hexToBytes(hex) ?? new Uint8Array();
const secretKey = sampleSecret(30);
const chain = { publicKey: beaconKeyOf(secretKey), genesis: 1_700_000_000, period: 3 };
const rounds = [1, 2, 3, 7, 1_000_000].map((round) => ({ round, signature: signRound(secretKey, round) }));
const [first, second] = rounds as [(typeof rounds)[0], (typeof rounds)[0]];

/** Round 1000 of the quicknet, as drand's own clients test it. */
const PUBLISHED = {
  round: 1_000,
  signature: bytes("b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39"),
};

describe("a round of drand's quicknet", () => {
  it("is verified with its published signature, and gives its published randomness", () => {
    expect(verifyRound(QUICKNET, PUBLISHED)).toBe(true);
    expect(bytesToHex(randomnessOf(PUBLISHED.signature))).toBe(
      "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
    );
  });

  it("is not another round, nor another chain's", () => {
    expect(verifyRound(QUICKNET, { ...PUBLISHED, round: 1_001 })).toBe(false);
    expect(verifyRound(chain, PUBLISHED)).toBe(false);
  });
});

describe("a platform's own round", () => {
  it("is verified one by one and together", () => {
    expect(rounds.every((round) => verifyRound(chain, round))).toBe(true);
    expect(verifyRounds(chain, rounds)).toBe(true);
    expect(verifyRounds(chain, [])).toBe(true);
    expect(verifyRounds(chain, [first])).toBe(true);
  });

  it("has one signature, the same every time", () => {
    expect(signRound(secretKey, 7)).toEqual(signRound(secretKey, 7));
  });

  it("spoils the whole set where one is wrong, also where two wrong ones would cancel", () => {
    const swapped = [
      { ...first, signature: second.signature },
      { ...second, signature: first.signature },
    ];
    expect(verifyRounds(chain, swapped)).toBe(false);
    expect(verifyRounds(chain, [...rounds.slice(1), { round: 9, signature: first.signature }])).toBe(false);
  });

  it("is refused, never thrown at, where its bytes are changed or cut", () => {
    for (let i = 0; i < first.signature.length; i += 7) {
      const flipped = first.signature.with(i, (first.signature[i] ?? 0) ^ 1);
      expect(verifyRound(chain, { ...first, signature: flipped })).toBe(false);
      expect(verifyRounds(chain, [second, { ...first, signature: flipped }])).toBe(false);
      expect(verifyRound(chain, { ...first, signature: first.signature.subarray(0, i) })).toBe(false);
    }
    for (const round of [0, -1, 1.5, Number.NaN, 2 ** 53]) expect(verifyRound(chain, { ...first, round })).toBe(false);
    // The neutral point: what an adversary would like to be a signature of everything.
    const neutral = new Uint8Array(48).with(0, 0xc0);
    expect(verifyRound(chain, { ...first, signature: neutral })).toBe(false);
    expect(verifyRounds(chain, [first, { round: 2, signature: neutral }])).toBe(false);
  });
});

describe("a beacon's key", () => {
  it("is a point of its group other than the neutral one", () => {
    expect(isBeaconKey(QUICKNET.publicKey)).toBe(true);
    expect(isBeaconKey(chain.publicKey)).toBe(true);
    expect(isBeaconKey(new Uint8Array(96).with(0, 0xc0))).toBe(false);
    expect(isBeaconKey(new Uint8Array(96))).toBe(false);
    expect(isBeaconKey(chain.publicKey.subarray(1))).toBe(false);
    expect(isBeaconKey(chain.publicKey.with(95, (chain.publicKey[95] ?? 0) ^ 1))).toBe(false);
  });
});

describe("the time of a round", () => {
  it.each([
    [1_699_999_999, 0],
    [1_700_000_000, 1],
    [1_700_000_002, 1],
    [1_700_000_003, 2],
  ])("at second %d the newest round is %i", (seconds, round) => {
    expect(roundAt(chain, seconds)).toBe(round);
  });

  it("is when it is published", () => {
    expect(roundTime(chain, 1)).toBe(chain.genesis);
    expect(roundAt(chain, roundTime(chain, 123))).toBe(123);
    expect(roundAt(chain, roundTime(chain, 123) - 1)).toBe(122);
  });
});

describe("the weights of a batch", () => {
  it("are drawn from very many rounds as well", () => {
    const many = Array.from({ length: 200_000 }, () => first);
    expect(weightsOf(chain.publicKey, many)).toHaveLength(many.length);
  });
});
