import { describe, expect, it } from "vitest";
import { COSTS_MAX, type Costs, checkCosts } from "../src/costs.ts";
import { parseBundle } from "../src/parse.ts";
import { SLOT } from "./builders.ts";
import { online, withOnline, world } from "./lying.ts";

const cosign = () => world.witnesses.map((witness) => ({ witness, time: SLOT * 600 }));
const parsed = parseBundle(withOnline({ log: { cosign } }));
const codeWith = (max: Partial<Costs>): string => {
  if (!parsed.ok) throw new Error(parsed.error.code);
  const checked = checkCosts(parsed.value, { ...COSTS_MAX, ...max });
  return checked.ok ? "ok" : checked.error.code;
};

describe("what verifying a bundle may cost", () => {
  it.each<[keyof Costs, number]>([
    ["signedRounds", 1 + online.captures.length],
    ["beaconKeys", 1],
  ])("is bounded by %s", (name, count) => {
    expect([codeWith({ [name]: count }), codeWith({ [name]: count - 1 })]).toEqual(["ok", "BUNDLE_TOO_COSTLY"]);
  });

  it.each(["checkpoints", "cosignatures"])("is bounded by %s", (name) => {
    expect([codeWith({ [name]: 20 }), codeWith({ [name]: 0 })]).toEqual(["ok", "BUNDLE_TOO_COSTLY"]);
  });
});
