import { describe, expect, test } from "vitest";
import { createTurns } from "../src/turns.ts";

describe("turns", () => {
  test("come one after the other, also after one that failed", async () => {
    const turns = createTurns<number>(3);
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = turns("first", async () => {
      await gate.promise;
      order.push("first");
      throw new Error("no");
    });
    const second = turns("second", async () => order.push("second"));
    gate.resolve();
    await expect(first).rejects.toThrow("no");
    await second;
    expect(order).toEqual(["first", "second"]);
  });

  test("are refused to those who find too many waiting, and given again later", async () => {
    const turns = createTurns<unknown>(2);
    const gate = Promise.withResolvers<void>();
    const [first, second] = [turns("a", () => gate.promise), turns("b", () => gate.promise)];
    expect(turns("c", () => gate.promise)).toBeNull();
    gate.resolve();
    await Promise.all([first, second]);
    await expect(turns("c", async () => 7)).resolves.toBe(7);
  });

  test("are shared by those who bring the same, who take one place", async () => {
    const turns = createTurns<number>(2);
    const gate = Promise.withResolvers<number>();
    const same = Array.from({ length: 50 }, () => turns("same", () => gate.promise));
    const other = turns("other", async () => 8);
    gate.resolve(7);
    expect(await Promise.all(same)).toEqual(same.map(() => 7));
    expect(await other).toBe(8);
    expect(await turns("same", async () => 9)).toBe(9);
  });
});
