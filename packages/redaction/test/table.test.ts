import { describe, expect, test } from "vitest";
import { tableToWords } from "../src/table.ts";

const HEADING = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext";
const page = (number: number): string => `1\t${number}\t0\t0\t0\t0\t0\t0\t227\t32\t-1\t`;
const line = (number: number): string => `4\t${number}\t1\t1\t1\t0\t12\t11\t115\t13\t-1\t`;
const word = (number: number, text: string): string => `5\t${number}\t1\t1\t1\t1\t12\t11\t18\t10\t95.708191\t${text}`;

const toBox = ({ left, right }: { left: number; right: number }) => ({ x: left, y: 3, width: right - left, height: 9 });
const read = (rows: readonly string[], pages = 2) =>
  tableToWords([HEADING, ...rows, ""].join("\n"), Array(pages).fill({ toBox }));
const box = { x: 12, y: 3, width: 18, height: 9 };

const WHOLE = [page(1), line(1), word(1, "the"), page(2), line(2), word(2, "report")];

test("a whole table is the words of each page", () => {
  const [confidence, rest] = [95.708191, { box }];
  expect(read(WHOLE)).toEqual([[{ text: "the", confidence, ...rest }], [{ text: "report", confidence, ...rest }]]);
});

test("a page may hold nothing, or a word without text", () => {
  expect(read([page(1), page(2), word(2, " ")])).toEqual([[], []]);
});

describe("nothing is believed of a table", () => {
  test.each([
    ["that is empty", []],
    ["that lacks the last page", WHOLE.slice(0, 3)],
    ["that lacks the first page", WHOLE.slice(3)],
    ["that lacks a page's own row", WHOLE.filter((row) => row !== page(2))],
    ["with a page too many", [...WHOLE, page(3)]],
    ["with a page twice", [page(1), page(1)]],
    ["with its pages the other way round", [...WHOLE.slice(3), ...WHOLE.slice(0, 3)]],
    ["with a word of another page", [page(1), word(2, "report"), page(2)]],
    ["with a word before the first page", [word(1, "the"), ...WHOLE]],
    ["with a word after its page", [...WHOLE, word(1, "the")]],
    ["with words of page nought", [page(0), page(1)]],
    ["with a row cut short", [...WHOLE, word(2, "report").slice(0, 20)]],
    ["with a column too many", [...WHOLE, word(2, "re\tport")]],
  ])("%s", (_, rows) => {
    expect(() => read(rows)).toThrow();
  });

  test.each(
    HEADING.split("\t")
      .slice(0, -1)
      .map((name, column) => [name, column] as const),
  )("with a %s that is no number", (_, column) => {
    for (const odd of ["", " ", "nan", "-nan", "inf", "Infinity", "1e999", "0x10", "9".repeat(400), "12px"]) {
      const columns = word(2, "report").split("\t").with(column, odd);
      expect(() => read([...WHOLE, columns.join("\t")]), odd).toThrow("a row is not as it should be");
    }
  });

  test("and the error says nothing of what was read", () => {
    expect(() => read([...WHOLE, word(2, "s3cret\ts3cret")])).toThrow(/^(?!.*s3cret)/);
  });
});
