// Where the pieces of a terminal's lines are, by counting cells: the terminal wraps a line that is too long and goes on
// at the left edge.
import type { Rect } from "@underseal/redaction";
import { isOrdinaryWord, type TrueItem, type TrueWord, VISIBLE_LETTERS_MIN } from "../truth.ts";
import type { Line, Piece, TerminalWindow } from "./lines.ts";

/** The text area of a window: where its first cell is and how large a cell is, in pixels of the screen. */
export interface Grid {
  readonly x: number;
  readonly y: number;
  readonly cellWidth: number;
  readonly cellHeight: number;
}

interface Cell {
  readonly letter: string;
  readonly box: Rect;
}

/** `covers`: the frames of the windows in front. */
export const readWindow = (
  window: TerminalWindow,
  grid: Grid,
  covers: readonly Rect[],
): { readonly items: readonly TrueItem[]; readonly words: readonly TrueWord[] } => {
  const items: TrueItem[] = [];
  const words: TrueWord[] = [];
  let row = 0;
  for (const line of window.lines) {
    const placed = placeLine(line, { grid, row, columns: window.columns, covers });
    for (const { piece, cells } of placed.pieces) {
      if (piece.itemClass === undefined) words.push(...wordsOf(piece, cells));
      else items.push(...itemOf(piece, cells));
    }
    row += placed.rows;
  }
  return { items, words };
};

interface Place {
  readonly grid: Grid;
  readonly row: number;
  readonly columns: number;
  readonly covers: readonly Rect[];
}

/** Cells of each piece; what a window in front covers, even in part, is null. */
const placeLine = (line: Line, { grid, row, columns, covers }: Place) => {
  let at = 0;
  const pieces = line.map((piece) => {
    const cells = [...piece.text].map((letter): Cell | null => {
      const box = {
        x: grid.x + (at % columns) * grid.cellWidth,
        y: grid.y + (row + Math.floor(at / columns)) * grid.cellHeight,
        width: grid.cellWidth,
        height: grid.cellHeight,
      };
      at += 1;
      return covers.some((cover) => touches(box, cover)) ? null : { letter, box };
    });
    return { piece, cells };
  });
  return { pieces, rows: Math.max(1, Math.ceil(at / columns)) };
};

const touches = (a: Rect, b: Rect): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const itemOf = (piece: Piece, cells: readonly (Cell | null)[]): readonly TrueItem[] => {
  const seen = cells.filter((cell) => cell !== null);
  const letters = seen.filter(({ letter }) => letter !== " ").length;
  if (piece.itemClass === undefined || letters < Math.min(VISIBLE_LETTERS_MIN, piece.text.length)) return [];
  return [{ itemClass: piece.itemClass, text: seen.map(({ letter }) => letter).join(""), boxes: mergeCells(seen) }];
};

const wordsOf = (piece: Piece, cells: readonly (Cell | null)[]): readonly TrueWord[] =>
  [...piece.text.matchAll(/\S+/g)].flatMap(({ 0: text, index }) => {
    // All letters here are one code unit long, so the place in the text is the place in the cells.
    const own = cells.slice(index, index + text.length).filter((cell) => cell !== null);
    const [box, ...more] = mergeCells(own);
    // A word that is covered in part or wrapped is nobody's loss and nobody's gain.
    if (box === undefined || more.length > 0 || own.length < text.length) return [];
    return [{ text, box, ordinary: piece.neutral !== true && isOrdinaryWord(text) }];
  });

const mergeCells = (cells: readonly Cell[]): readonly Rect[] => {
  const boxes: Rect[] = [];
  for (const { letter, box } of cells) {
    const last = boxes.at(-1);
    const isNext = last !== undefined && last.y === box.y && Math.abs(last.x + last.width - box.x) < 1;
    if (isNext) boxes[boxes.length - 1] = { ...last, width: last.width + box.width };
    else if (letter !== " ") boxes.push(box);
  }
  return boxes;
};
