// What the beacon drew in a run that stops: one signature for each of its rounds, hundreds in an hour. They are asked
// for by the request that brings the stop, so that neither a transaction nor another record waits for them, and only
// what was drawn is kept.
import { createDraw, randomnessOf } from "@underseal/evidence";
import { roundsOfSlot } from "../draws.ts";
import type { BeaconPort } from "../ports.ts";
import type { DrawTask } from "./ground.ts";
import type { Draws } from "./record.ts";

export const drawRuns = async (beacon: BeaconPort, tasks: readonly DrawTask[]): Promise<Draws> => {
  const draws = new Map<string, readonly number[] | null>();
  for (const task of tasks) draws.set(task.key, await drawRun(beacon, task));
  return draws;
};

/** Slot by slot, at most 600 rounds each, so that whoever else asks something comes in between. */
const drawRun = async (beacon: BeaconPort, task: DrawTask): Promise<readonly number[] | null> => {
  const { odds, beacon: times } = task.terms.body.draw;
  const isDrawn = createDraw({ person: task.person, odds });
  const drawn = new Set<number>();
  for (const slot of task.slots) {
    const { from, to } = roundsOfSlot(slot, task, times);
    const signatures = await beacon.signaturesIn({ from, to });
    if (signatures === null) return null;
    for (const [i, signature] of signatures.entries()) if (isDrawn(randomnessOf(signature))) drawn.add(from + i);
  }
  return [...drawn];
};
