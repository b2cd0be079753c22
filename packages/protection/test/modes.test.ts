import { describe, expect, it } from "vitest";
import { addModeMinutes, modeAllowances, NO_MODE_MINUTES } from "../src/index.ts";

const silent = { minutes: 10, mode: "call", hasInput: false, hasChangedWork: false } as const;

describe("minutes of a declared mode", () => {
  it.each([
    ["of a segment without any other sign of work are used", silent, { call: 10 }],
    ["are those of the mode", { ...silent, mode: "reading", minutes: 7 }, { reading: 7 }],
    ["are not used where there was input", { ...silent, hasInput: true }, {}],
    ["are not used where a work product changed", { ...silent, hasChangedWork: true }, {}],
    ["have no allowance where nothing was declared", { ...silent, mode: "working" }, {}],
  ] as const)("%s", (_, segment, expected) => {
    expect(addModeMinutes(NO_MODE_MINUTES, segment)).toEqual({ ...NO_MODE_MINUTES, ...expected });
  });

  it("add up", () => {
    expect(addModeMinutes(addModeMinutes(NO_MODE_MINUTES, silent), silent).call).toBe(20);
  });
});

describe("the allowance", () => {
  it.each([
    [0, null],
    [479, null],
    [480, "near"],
    [599, "near"],
    [600, "used-up"],
    [610, "used-up"],
  ] as const)("with %i of 600 minutes used: %s", (call, warning) => {
    const modeWeekMaxMinutes = { call: 600, reading: 300, whiteboard: 300 };
    const [first, ...others] = modeAllowances({ modeWeekMaxMinutes }, { ...NO_MODE_MINUTES, call });
    expect(first).toEqual({ mode: "call", usedMinutes: call, maxMinutes: 600, warning });
    expect(others.map(({ mode }) => mode)).toEqual(["reading", "whiteboard"]);
  });

  it("of nothing is used up from the start", () => {
    const modeWeekMaxMinutes = { call: 0, reading: 0, whiteboard: 0 };
    expect(modeAllowances({ modeWeekMaxMinutes }, NO_MODE_MINUTES)[0]?.warning).toBe("used-up");
  });
});
