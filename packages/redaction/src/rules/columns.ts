// Tables: what stands in the column under a sensitive heading, down to a gap of about three lines.
import type { Finding } from "../finding.ts";
import { type Segment, type TextLine, wordsToSegment } from "../lines.ts";
import type { ReasonCode } from "../reasons.ts";
import type { Word } from "../word.ts";
import type { LabelKind } from "./label-words.ts";
import { findLabels } from "./labels.ts";
import type { Rule } from "./rule.ts";
import type { Vocabulary } from "./vocabulary.ts";

const REASONS: Readonly<Partial<Record<LabelKind, ReasonCode>>> = {
  password: "password",
  secret: "apiKey",
  oneTimeCode: "oneTimeCode",
  card: "card",
  cardCode: "card",
  account: "iban",
  nationalId: "nationalId",
  birthDate: "birthDate",
  medical: "medical",
  medicalId: "medical",
};

const HEADING_WORDS_MAX = 4;
const HEADINGS_MIN = 3;
const GAP_HEIGHTS_MAX = 3.2;
// A sentence that passes under a table is no row of it.
const SENTENCE_WORDS_MIN = 7;
const ROWS_MAX = 400;

interface Heading {
  readonly cell: Segment;
  readonly kind: LabelKind | undefined;
}

export const findColumns: Rule = ({ lines }, vocabulary) => {
  const cells = lines.map(cellsOf);
  return lines.flatMap((line, at) => {
    const headings = headingsOf(cells[at] ?? [], vocabulary);
    return headings.flatMap((heading, column) =>
      heading.kind === undefined
        ? []
        : columnBelow({ line, headings, column, below: cells.slice(at + 1, at + 1 + ROWS_MAX) }).map(
            (words): Finding => ({ words, reason: REASONS[heading.kind ?? "name"] ?? "column" }),
          ),
    );
  });
};

/** Segments, split once more at the bars that terminals draw between cells. */
const cellsOf = ({ segments }: TextLine): readonly Segment[] =>
  segments.flatMap((segment) => {
    if (!segment.words.some(isBar)) return [segment];
    const cells: Word[][] = [[]];
    for (const word of segment.words) {
      if (isBar(word)) cells.push([]);
      else cells.at(-1)?.push(word);
    }
    return cells.filter((cell) => cell.length > 0).map(wordsToSegment);
  });

const isBar = ({ text }: Word): boolean => /^[|│┃¦]$/.test(text);

/**
 * The headings of a table, if the line holds some: short cells without digits or colons, at least three of them, or
 * two that are both sensitive. Forms have two cells on a line, and must not make a column of all labels below.
 */
const headingsOf = (cells: readonly Segment[], vocabulary: Vocabulary): readonly Heading[] => {
  const headings = cells
    .filter(({ words, text }) => words.length <= HEADING_WORDS_MAX && text.length <= 40 && !/[:=;(){}]/.test(text))
    .map((cell) => ({ cell, kind: kindOf(cell, vocabulary) }))
    .filter(({ cell, kind }) => kind !== undefined || !/\d/.test(cell.text));
  const sensitive = headings.filter((heading) => heading.kind !== undefined);
  if (sensitive.length === 0) return [];
  return headings.length >= HEADINGS_MIN || sensitive.length >= 2 ? headings : [];
};

/** A heading is a label and little else. */
const kindOf = (cell: Segment, vocabulary: Vocabulary): LabelKind | undefined => {
  const labels = findLabels(cell.words, vocabulary);
  const label = labels.find((each) => each.kind !== "code");
  if (label === undefined || label.suffix.length > 1) return undefined;
  const others = cell.words.length - (label.lastWord - label.firstWord + 1);
  return others <= 1 || labels.length > 1 ? label.kind : undefined;
};

interface Column {
  readonly line: TextLine;
  readonly headings: readonly Heading[];
  readonly column: number;
  readonly below: readonly (readonly Segment[])[];
}

const columnBelow = ({ line, headings, column, below }: Column): readonly (readonly Word[])[] => {
  const found: (readonly Word[])[] = [];
  const heightPx = Math.max(6, line.box.height);
  let bottom = line.box.y + line.box.height;
  for (const row of below) {
    const top = row[0]?.box.y ?? bottom;
    if (top - bottom > GAP_HEIGHTS_MAX * heightPx) break;
    if (row.some((cell) => cell.words.length >= SENTENCE_WORDS_MIN && isAcross(cell, headings))) break;
    const words = row.flatMap((cell) => wordsInColumn(cell, headings, column));
    if (words.length === 0) continue;
    found.push(words);
    bottom = Math.max(bottom, ...words.map((word) => word.box.y + word.box.height));
  }
  return found;
};

/** A cell belongs to the heading it overlaps; one that overlaps none or several is divided by where headings start. */
const wordsInColumn = (cell: Segment, headings: readonly Heading[], column: number): readonly Word[] => {
  const touched = headings.filter((heading) => touches(heading.cell, cell));
  const own = headings[column];
  if (own === undefined) return [];
  if (touched.length === 1) return touched[0] === own ? cell.words : [];
  const left = own.cell.box.x - own.cell.box.height;
  const right = (headings[column + 1]?.cell.box.x ?? Number.POSITIVE_INFINITY) - 2;
  return cell.words.filter(({ box }) => box.x + box.width / 2 >= left && box.x + box.width / 2 < right);
};

/** Text that stands under two headings keeps to no column. */
const isAcross = (cell: Segment, headings: readonly Heading[]): boolean =>
  headings.filter((heading) => touches(heading.cell, cell)).length >= 2;

const touches = (a: Segment, b: Segment): boolean => a.box.x < b.box.x + b.box.width && b.box.x < a.box.x + a.box.width;
