// What was drawn in a run that stops. Online that is one signature of the beacon for each of its rounds, hundreds in an
// hour; offline as many hashes. They are worked out by the request that brings the stop, so that neither a transaction
// nor another record waits for them, and only what was drawn is kept.
import { setImmediate } from "node:timers/promises";
import { createDraw, randomnessOf } from "@underseal/evidence";
import { areDrawn, drawnInSlots, randomnessOfSeed, roundsOfSlot } from "../draws.ts";
import type { BeaconPort } from "../ports.ts";
import type { DrawTask } from "./ground.ts";
import type { Draws, RunDraws } from "./record.ts";

export const drawRuns = async (beacon: BeaconPort, tasks: readonly DrawTask[]): Promise<Draws> => {
  const draws = new Map<string, RunDraws | null>();
  for (const task of tasks) {
    const { seed } = task;
    draws.set(task.key, seed === null ? await drawByBeacon(beacon, task) : await drawBySeed(task, seed));
  }
  return draws;
};

/** Slot by slot, at most 600 rounds each, so that whoever else asks something comes in between. */
const drawByBeacon = async (beacon: BeaconPort, task: DrawTask): Promise<RunDraws | null> => {
  const { odds, beacon: times } = task.terms.body.draw;
  const isDrawn = createDraw({ person: task.person, odds });
  const drawn = new Set<number>();
  for (const slot of task.slots) {
    const { from, to } = roundsOfSlot(slot, task, times);
    const signatures = await beacon.signaturesIn({ from, to });
    if (signatures === null) return null;
    for (const [i, signature] of signatures.entries()) if (isDrawn(randomnessOf(signature))) drawn.add(from + i);
  }
  return { rounds: [...drawn], areCapturesDrawn: true };
};

const CAPTURES_AT_ONCE = 200;

const drawBySeed = async (task: DrawTask, seed: string): Promise<RunDraws> => {
  const { odds, beacon: times } = task.terms.body.draw;
  const rule = { person: task.person, odds };
  const randomnessAt = randomnessOfSeed(seed);
  for (let from = 0; from < task.captured.length; from += CAPTURES_AT_ONCE) {
    const some = task.captured.slice(from, from + CAPTURES_AT_ONCE);
    if (!areDrawn(rule, randomnessAt, some)) return { rounds: [], areCapturesDrawn: false };
    await setImmediate();
  }
  const drawn = new Set<number>();
  for (const slot of task.slots) {
    for (const round of drawnInSlots(rule, randomnessAt, { ...task, slots: [slot] }, times)) drawn.add(round);
    await setImmediate();
  }
  return { rounds: [...drawn], areCapturesDrawn: true };
};
