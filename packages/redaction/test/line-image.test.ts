import { describe, expect, test } from "vitest";
import { toLineImage } from "../src/line-image.ts";
import { type DrawnLine, drawLines, LIGHT } from "./support/screens.ts";

const SIZE = { width: 700, height: 140 };

const hasRows = async (...lines: readonly DrawnLine[]): Promise<boolean> =>
  toLineImage(await drawLines(lines, LIGHT, SIZE), { x: 0, y: 0, ...SIZE }).hasRows;

const heading = (text: string): DrawnLine => ({ text, x: 20, y: 80, px: 56 });

describe("a box with more than one row of letters", () => {
  test("two lines of one size", async () => {
    expect(
      await hasRows({ text: "open accounts", x: 20, y: 50, px: 30 }, { text: "their status", x: 20, y: 110, px: 30 }),
    ).toBe(true);
  });

  test.each([8, 10, 12])("a caption of %i px close under a large heading", async (px) => {
    expect(await hasRows(heading("Account"), { text: "pay to the account of the customer", x: 20, y: 100, px })).toBe(
      true,
    );
  });

  test.each(["Account", "Évora", "ein Kiosk", "Übersicht", "größer", "_____"])("is not one line: %s", async (text) => {
    expect(await hasRows(heading(text))).toBe(false);
  });
});
