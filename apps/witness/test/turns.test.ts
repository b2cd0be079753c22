import { describe, expect, test } from "vitest";
import { createTurns } from "../src/turns.ts";

describe("turns", () => {
  test("come one after the other, also after one that failed", async () => {
    const turns = createTurns(3);
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = turns(async () => {
      await gate.promise;
      order.push("first");
      throw new Error("no");
    });
    const second = turns(async () => order.push("second"));
    gate.resolve();
    await expect(first).rejects.toThrow("no");
    await second;
    expect(order).toEqual(["first", "second"]);
  });

  test("are refused to those who find too many waiting, and given again later", async () => {
    const turns = createTurns(2);
    const gate = Promise.withResolvers<void>();
    const [first, second] = [turns(() => gate.promise), turns(() => gate.promise)];
    expect(turns(() => gate.promise)).toBeNull();
    gate.resolve();
    await Promise.all([first, second]);
    await expect(turns(async () => 7)).resolves.toBe(7);
  });
});
