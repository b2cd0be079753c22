import { describe, expect, test } from "vitest";
import { activeSpans, type ContractEvent, type ContractState, next } from "../../src/contracts/states.ts";

const moves: readonly [ContractState, ContractEvent, ContractState | null][] = [
  ["proposed", "accept", "active"],
  ["proposed", "pause", null],
  ["proposed", "resume", null],
  ["proposed", "end", "ended"],
  ["active", "accept", null],
  ["active", "pause", "paused"],
  ["active", "resume", null],
  ["active", "end", "ended"],
  ["paused", "accept", null],
  ["paused", "pause", null],
  ["paused", "resume", "active"],
  ["paused", "end", "ended"],
  ["ended", "accept", null],
  ["ended", "pause", null],
  ["ended", "resume", null],
  ["ended", "end", null],
];

test.each(moves)("%s, then %s: %s", (state, event, to) => {
  expect(next(state, event)).toEqual(to === null ? { ok: false, error: "MOVE_FORBIDDEN" } : { ok: true, value: to });
});

describe("a contract was active", () => {
  const moved = (...steps: readonly [ContractState, number][]) => steps.map(([to, atMs]) => ({ to, atMs }));

  test.each([
    ["never, while proposed", moved(["proposed", 1]), []],
    ["from its acceptance on", moved(["proposed", 1], ["active", 5]), [{ fromMs: 5, toMs: null }]],
    [
      "until it was paused, and again after",
      moved(["proposed", 1], ["active", 5], ["paused", 8], ["active", 9], ["ended", 12]),
      [
        { fromMs: 5, toMs: 8 },
        { fromMs: 9, toMs: 12 },
      ],
    ],
    ["not at all, where it ended at once", moved(["active", 5], ["ended", 5]), []],
    ["not at all, where the clock went back", moved(["active", 5], ["ended", 4]), []],
    [
      "only before, where it ended while paused",
      moved(["active", 1], ["paused", 2], ["ended", 3]),
      [{ fromMs: 1, toMs: 2 }],
    ],
  ])("%s", (_, steps, spans) => {
    expect(activeSpans(steps)).toEqual(spans);
  });
});
