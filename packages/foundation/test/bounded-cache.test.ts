import { expect, it } from "vitest";
import { createBoundedCache } from "../src/bounded-cache.ts";

it("works an answer out once, and forgets the one not asked for longest", () => {
  const cache = createBoundedCache<string>(2);
  const made: number[] = [];
  const ask = (key: number) =>
    cache.get(Uint8Array.of(key), () => {
      made.push(key);
      return `answer ${key}`;
    });
  expect([1, 2, 1, 3, 1, 2].map(ask)).toEqual([1, 2, 1, 3, 1, 2].map((key) => `answer ${key}`));
  expect(made).toEqual([1, 2, 3, 2]);
});

it("keeps an answer that is false", () => {
  const cache = createBoundedCache<boolean>(2);
  let asked = 0;
  const ask = () =>
    cache.get(Uint8Array.of(0), () => {
      asked += 1;
      return false;
    });
  expect([ask(), ask()]).toEqual([false, false]);
  expect(asked).toBe(1);
});
