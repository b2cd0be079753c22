import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { createGroupCommit } from "../../src/platform/group-commit.ts";

/** Doubles numbers, remembers its batches, and takes its time. */
const createDoubler = (waitingMax = 1_000) => {
  const batches: (readonly number[])[] = [];
  const runBatch = async (items: readonly number[]) => {
    batches.push(items);
    await sleep(5);
    if (items.includes(13)) throw new Error("thirteen");
    return items.map((item) => item * 2);
  };
  return { batches, ...createGroupCommit({ runBatch, batchMax: 10, waitingMax }) };
};

test("what comes while a batch runs makes the next one, in the order in which it came", async () => {
  const doubler = createDoubler();
  const first = doubler.submit([1]);
  await sleep(2);
  const others = [2, 4].map((item) => doubler.submit([item, item + 1]));
  expect(await Promise.all([first, ...others])).toEqual([[2], [4, 6], [8, 10]]);
  expect(doubler.batches).toEqual([[1], [2, 3, 4, 5]]);
});

test("a batch has its greatest size, and what is submitted together may be spread over several", async () => {
  const doubler = createDoubler();
  const items = Array.from({ length: 25 }, (_, i) => i + 100);
  expect(await doubler.submit(items)).toEqual(items.map((item) => item * 2));
  expect(doubler.batches.map(({ length }) => length)).toEqual([10, 10, 5]);
});

test("a batch that fails is nobody else's", async () => {
  const doubler = createDoubler();
  const failing = doubler.submit([1, 13]);
  await sleep(2);
  const other = doubler.submit([2]);
  await expect(failing).rejects.toThrow("thirteen");
  expect(await other).toEqual([4]);
});

test("where too many wait, all of what is submitted is turned away", async () => {
  const doubler = createDoubler(3);
  const taken = doubler.submit([1, 2]);
  expect(doubler.submit([3, 4])).toBeNull();
  expect(await taken).toEqual([2, 4]);
  expect(await doubler.submit([3, 4])).toEqual([6, 8]);
});

test("who sends one after the other is not made to wait for more", async () => {
  const doubler = createDoubler();
  const startedMs = performance.now();
  for (let i = 0; i < 10; i += 1) await doubler.submit([i]);
  // Ten batches of five milliseconds; gathering would take forty each.
  expect(performance.now() - startedMs).toBeLessThan(300);
});

test("stopping waits for what was taken and takes nothing more", async () => {
  const doubler = createDoubler();
  const taken = doubler.submit([1]);
  const stopped = doubler.stop();
  expect(doubler.submit([2])).toBeNull();
  await stopped;
  expect(await taken).toEqual([2]);
});
