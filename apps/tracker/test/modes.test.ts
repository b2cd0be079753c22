import { expect, test } from "vitest";
import { prevailingMode } from "../src/session/modes.ts";

test.each([
  ["nothing was declared", [], "working"],
  ["declared before the segment", [[-30, "call"]], "call"],
  ["declared after it", [[10, "call"]], "working"],
  ["more than half of it", [[4, "call"]], "call"],
  ["less than half of it", [[6, "call"]], "working"],
  ["half of it: the later one", [[5, "call"]], "call"],
  [
    "a call that ends with it",
    [
      [-30, "call"],
      [9, "working"],
    ],
    "call",
  ],
  [
    "two short stretches of one",
    [
      [0, "call"],
      [3, "working"],
      [7, "call"],
    ],
    "call",
  ],
  [
    "three as long as each other: the latest",
    [
      [0, "working"],
      [1, "call"],
      [4, "reading"],
      [7, "whiteboard"],
    ],
    "whiteboard",
  ],
  [
    "long before, with others since",
    [
      [-90, "call"],
      [-60, "reading"],
      [-1, "working"],
    ],
    "working",
  ],
] as const)("%s", (_, declared, expected) => {
  const all = [{ minute: -1_000, mode: "working" as const }, ...declared.map(([minute, mode]) => ({ minute, mode }))];
  expect(prevailingMode(all, 0, 10)).toBe(expected);
});

test("a segment of no minutes has the mode that holds at its beginning", () => {
  const declared = [{ minute: -3, mode: "call" as const }];
  expect(prevailingMode(declared, 0, 0)).toBe("call");
  expect(prevailingMode([], 0, 0)).toBe("working");
});
