// What stands in a terminal: lines of pieces, each of which is an item, ordinary words, or neither.
import type { ItemClass } from "../items.ts";

export interface Piece {
  readonly text: string;
  readonly itemClass?: ItemClass;
  /** Neither sensitive nor ordinary: prompts, hashes, file names. */
  readonly neutral?: true;
  /** One of the terminal's sixteen colours. */
  readonly colour?: number;
}

export type Line = readonly Piece[];

export interface TerminalWindow {
  readonly title: string;
  readonly family: string;
  readonly sizePx: number;
  readonly foreground: string;
  readonly background: string;
  readonly columns: number;
  readonly rows: number;
  readonly x: number;
  readonly y: number;
  readonly lines: readonly Line[];
}

/** As many lines as fit; long ones are wrapped by the terminal. */
export const fitLines = (
  lines: readonly Line[],
  { columns, rows }: { columns: number; rows: number },
): readonly Line[] => {
  let used = 0;
  return lines.filter((line) => {
    const length = line.reduce((sum, { text }) => sum + [...text].length, 0);
    used += Math.max(1, Math.ceil(length / columns));
    return used < rows;
  });
};

const ESC = "\u001b";

export const linesToBytes = (lines: readonly Line[]): string =>
  lines
    .map((line) =>
      line
        .map(({ text, colour }) => (colour === undefined ? text : `${ESC}[38;5;${colour}m${text}${ESC}[39m`))
        .join(""),
    )
    .join("\r\n");
