// What the beacon drew in a run that stops: one signature for each of its rounds, hundreds in an hour. They are asked
// for outside of any transaction, in portions, and only what was drawn is kept.
import { createDraw, randomnessOf } from "@underseal/evidence";
import { roundsOfSlot } from "../draws.ts";
import type { BeaconPort } from "../ports.ts";
import type { DrawTask } from "./ground.ts";

/** Adds the draws of each task to `draws`; `null` where a round cannot be had now. */
export const drawAll = async (
  beacon: BeaconPort,
  tasks: readonly DrawTask[],
  draws: Map<string, readonly number[] | null>,
): Promise<void> => {
  for (const task of tasks) draws.set(task.key, await drawRun(beacon, task));
};

const drawRun = async (beacon: BeaconPort, task: DrawTask): Promise<readonly number[] | null> => {
  const { odds, beacon: times } = task.terms.body.draw;
  const isDrawn = createDraw({ person: task.person, odds });
  const drawn = new Set<number>();
  // A slot has at most 600 rounds, and a run at most as many slots as a week of segments.
  for (const slot of task.slots) {
    const { from, to } = roundsOfSlot(slot, task, times);
    const rounds = Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
    const signatures = await beacon.signaturesOf(rounds);
    if (signatures.size < rounds.length) return null;
    for (const [round, signature] of signatures) if (isDrawn(randomnessOf(signature))) drawn.add(round);
  }
  return [...drawn].toSorted((a, b) => a - b);
};
