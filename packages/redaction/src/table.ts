// Tesseract's own table of what it read: a heading, then one row for each page, block, paragraph, line and word. It is
// believed as a whole or not at all: with a page left out, or a number that is none, what nobody has read might be shown.
import type { LineImage } from "./line-image.ts";
import type { Word } from "./word.ts";

const COLUMNS = { level: 0, page: 1, left: 6, width: 8, confidence: 10, text: 11 } as const;
const COLUMN_COUNT = 12;
const PAGE = 1;
const WORD = 5;

interface Row {
  readonly level: number;
  /** From 1 on. */
  readonly page: number;
  readonly left: number;
  readonly width: number;
  readonly confidence: number;
  readonly text: string;
}

/** The words of each page, which must all be there in their order. Throws when the table is not as it should be. */
export const tableToWords = (
  table: string,
  pages: readonly Pick<LineImage, "toBox">[],
): readonly (readonly Word[])[] => {
  const read: Word[][] = [];
  const rows = table.split("\n").slice(1);
  for (const { level, page: number, left, width, confidence, text } of rows.filter((row) => row !== "").map(parseRow)) {
    if (level === PAGE) read.push([]);
    const page = pages[read.length - 1];
    if (page === undefined || number !== read.length) throw new Error(`page ${number} was not expected`);
    if (level !== WORD || text === "") continue;
    read.at(-1)?.push({ text, box: page.toBox({ left, right: left + width }), confidence });
  }
  if (read.length !== pages.length) throw new Error(`${read.length} of ${pages.length} lines were read`);
  return read;
};

/** Its error says nothing of what was read. */
const parseRow = (row: string): Row => {
  const columns = row.split("\t");
  const numbers = columns.slice(0, COLUMNS.text);
  if (columns.length !== COLUMN_COUNT || !numbers.every(isNumber)) throw new Error("a row is not as it should be");
  const numberOf = (column: number): number => Number(columns[column]);
  return {
    level: numberOf(COLUMNS.level),
    page: numberOf(COLUMNS.page),
    left: numberOf(COLUMNS.left),
    width: numberOf(COLUMNS.width),
    confidence: numberOf(COLUMNS.confidence),
    text: (columns[COLUMNS.text] ?? "").trim(),
  };
};

/** So few digits are finite. */
const isNumber = (column: string): boolean => /^-?\d{1,9}(\.\d{1,9})?$/.test(column);
