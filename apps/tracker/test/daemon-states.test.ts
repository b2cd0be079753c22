import { expect, test } from "vitest";
import { daemonEvents, daemonStates, nextDaemonState } from "../src/daemon/states.ts";

test.each([
  ["stopped", "start", "tracking"],
  ["stopped", "pause", null],
  ["stopped", "resume", null],
  ["stopped", "switch", null],
  ["stopped", "mode", null],
  ["stopped", "stop", null],
  ["stopped", "fail", null],
  ["tracking", "start", null],
  ["tracking", "pause", "paused"],
  ["tracking", "resume", null],
  ["tracking", "switch", "tracking"],
  ["tracking", "mode", "tracking"],
  ["tracking", "stop", "stopped"],
  ["tracking", "fail", "stopped"],
  ["paused", "start", null],
  ["paused", "pause", null],
  ["paused", "resume", "tracking"],
  ["paused", "switch", "tracking"],
  ["paused", "mode", null],
  ["paused", "stop", "stopped"],
  ["paused", "fail", null],
] as const)("%s, told to %s, is %s", (state, event, expected) => {
  expect(nextDaemonState(state, event)).toBe(expected);
});

test("that is every pair", () => {
  expect(daemonStates.length * daemonEvents.length).toBe(21);
});
