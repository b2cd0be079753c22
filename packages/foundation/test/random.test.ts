import { expect, it } from "vitest";
import { createPooledRandom, createTestRandom } from "../src/index.ts";

it("gives each byte of the generator once, however many are asked for", () => {
  const lengths = [16, 1, 4_000, 16, 90, 5_000, 16, 4_096];
  const asked: Uint8Array[] = [];
  const source = createTestRandom(3);
  const random = createPooledRandom({
    bytes: (length) => {
      const bytes = source.bytes(length);
      asked.push(bytes.slice());
      return bytes;
    },
  });
  const given = lengths.map((length) => random.bytes(length));
  expect(given.map(({ length }) => length)).toEqual(lengths);
  const [first, second, large] = asked as [Uint8Array, Uint8Array, Uint8Array];
  expect(given.slice(0, 3)).toEqual([first.subarray(0, 16), first.subarray(16, 17), first.subarray(17, 4_017)]);
  expect(given.slice(3, 5)).toEqual([first.subarray(4_017, 4_033), second.subarray(0, 90)]);
  expect(given[5]).toEqual(large);
  // What was given out is nobody else's memory.
  given[3]?.fill(0);
  expect(random.bytes(4_096).some((byte) => byte !== 0)).toBe(true);
});
