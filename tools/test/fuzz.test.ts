import { getHeapStatistics } from "node:v8";
import { describe, expect, it } from "vitest";
import { evidenceTargets } from "../fuzz/evidence-targets.ts";
import { logTargets } from "../fuzz/log-targets.ts";
import { createDraw, mutate } from "../fuzz/mutate.ts";
import type { FuzzTarget } from "../fuzz/target.ts";

// Every parser of bytes from outside. What this finds becomes a test of its own beside the parser.

const RUNS = process.env.SLOW === "1" ? 1_000_000 : 1_000;
const SEED = 20_261_125;
/** The machine may do something else in between, or collect garbage: what costs too much must do so every time. */
const TRIES = 4;

const allocated = (): number => {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
};

const costOf = ({ accepts }: FuzzTarget, bytes: Uint8Array) => {
  const before = { ms: performance.now(), bytes: allocated() };
  const isAccepted = accepts(bytes);
  return { isAccepted, ms: performance.now() - before.ms, bytes: allocated() - before.bytes };
};

const isAffordable = (target: FuzzTarget, bytes: Uint8Array): boolean =>
  Array.from({ length: TRIES }).some(() => {
    const cost = costOf(target, bytes);
    return cost.ms <= target.timeMaxMs && cost.bytes <= target.allocationMaxBytes;
  });

const run = (target: FuzzTarget): { readonly accepted: number; readonly refused: number } => {
  const draw = createDraw(SEED);
  let accepted = 0;
  for (let i = 0; i < RUNS; i += 1) {
    const bytes = mutate(target.samples, draw);
    try {
      const cost = costOf(target, bytes);
      if (cost.isAccepted) accepted += 1;
      const isCheap = cost.ms <= target.timeMaxMs && cost.bytes <= target.allocationMaxBytes;
      if (!isCheap && !isAffordable(target, bytes)) throw new Error("more time or memory than its limit");
    } catch (cause) {
      throw new Error(`input ${i}: ${Buffer.from(bytes).toString("base64").slice(0, 4_000)}`, { cause });
    }
  }
  return { accepted, refused: RUNS - accepted };
};

describe.each([...logTargets, ...evidenceTargets].map((target) => [target.name, target] as const))(
  "%s",
  (_, target) => {
    it("takes its samples, and answers all else with a value or a code, in time and memory", {
      timeout: 3_600_000,
    }, () => {
      const [first = new Uint8Array()] = target.samples;
      expect(target.accepts(first)).toBe(true);
      expect(run(target).refused).toBeGreaterThan(0);
    });
  },
);
