// Reading: which words stand in boxes of text. Tesseract as a process of its own, without its dictionaries, because a
// reader that prefers words would read a password as one. The pictures go to it through a pipe, and never to the disk.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { err, ok, type Result } from "@underseal/foundation";
import type { RedactionError } from "./errors.ts";
import type { RgbImage } from "./image.ts";
import { type LineImage, toLineImage } from "./line-image.ts";
import type { Rect } from "./rect.ts";
import { toTiff } from "./tiff.ts";
import type { Word } from "./word.ts";

/** The words of each box from left to right, in the boxes' order. */
export type WordsOfLines = readonly (readonly Word[])[];

/** Where Debian's packages `tesseract-ocr-eng` and so on put what the reader knows of a language. */
const DATA_DIR = "/usr/share/tesseract-ocr/5/tessdata";

const TIMEOUT_MS = 28_000;
/** Lower boxes hold no letters that anybody could read, and are not read either. */
const SIDE_PX_MIN = 6;

/** One thread: more of them take more of the machine for the same lines. On Linux it ends when this process does. */
const COMMAND = [
  ...(process.platform === "linux" ? ["setpriv", "--pdeathsig", "KILL"] : []),
  ...["env", "OMP_THREAD_LIMIT=1"],
] as const;
/** What `env` answers for a program that is not there. */
const NOT_FOUND = 127;

const LSTM_ENGINE = "1";
const SINGLE_LINE = "7";
const VARIABLES = {
  debug_file: "/dev/null",
  load_system_dawg: 0,
  load_freq_dawg: 0,
  load_punc_dawg: 0,
  load_number_dawg: 0,
  load_unambig_dawg: 0,
  load_bigram_dawg: 0,
  // Lines come dark on light already; looking for the reverse as well would double the time of what is unreadable.
  tessedit_do_invert: 0,
  tessedit_create_tsv: 1,
  tessedit_create_txt: 0,
};

export interface ReaderSettings {
  /** Where there is `<language>.traineddata` of each language. */
  readonly dataDir: string;
  readonly program: string;
  /** For all boxes together. */
  readonly timeoutMs: number;
}

const SETTINGS: ReaderSettings = { dataDir: DATA_DIR, program: "tesseract", timeoutMs: TIMEOUT_MS };

/** Reads each box as one line; one in which more than one row of letters is seen, or too low for any, has no words. */
export const readLines = async (
  image: RgbImage,
  boxes: readonly Rect[],
  languages: readonly string[],
  changes: Partial<ReaderSettings> = {},
): Promise<Result<WordsOfLines, RedactionError>> => {
  const settings = { ...SETTINGS, ...changes };
  // Of several languages the program would leave out the one that is not there, and read with the others.
  const missing = languages.find((code) => !existsSync(path.join(settings.dataDir, `${code}.traineddata`)));
  if (missing !== undefined) {
    const message = `There is no reading data for the language "${missing}"; install tesseract-ocr-${missing}.`;
    return err({ code: "LANGUAGE_UNAVAILABLE", message });
  }
  const lines = boxes.map((box) => (isReadable(box) ? toLineImage(image, box) : null));
  const pages = lines.filter((line) => line !== null).filter((line) => !line.hasRows);
  if (pages.length === 0) return ok(boxes.map(() => []));
  try {
    const table = await runTesseract(toTiff(pages.map(({ grey }) => grey)), languages, settings);
    const read = tableToWords(table, pages);
    return ok(lines.map((line) => (line === null ? [] : (read.get(line) ?? []))));
  } catch (cause) {
    return err({ code: "READING_FAILED", message: "Reading the text failed.", cause });
  }
};

const isReadable = ({ width, height }: Rect): boolean => width >= SIDE_PX_MIN && height >= SIDE_PX_MIN;

const runTesseract = async (
  tiff: Uint8Array,
  languages: readonly string[],
  { dataDir, program, timeoutMs }: ReaderSettings,
): Promise<string> => {
  const variables = Object.entries(VARIABLES).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const options = ["--tessdata-dir", dataDir, "-l", languages.join("+"), "--oem", LSTM_ENGINE, "--psm", SINGLE_LINE];
  const [command, ...before] = [...COMMAND, program] as const;
  const child = spawn(command, [...before, "stdin", "stdout", ...options, ...variables], {
    stdio: ["pipe", "pipe", "ignore"],
    timeout: timeoutMs,
    killSignal: "SIGKILL",
  });
  const ended = once(child, "close");
  // A program that ended before it took its input; its exit tells.
  child.stdin.on("error", () => {});
  child.stdin.end(tiff);
  const [table, [status]] = await Promise.all([text(child.stdout), ended]);
  if (status === NOT_FOUND) throw new Error(`there is no program "${program}"; install tesseract-ocr`);
  if (status !== 0) throw new Error(`${program} ended with ${status ?? "a signal"}`);
  return table;
};

/** Tesseract's own table: one row for each page, block, paragraph, line and word. */
const COLUMNS = { level: 0, page: 1, left: 6, width: 8, confidence: 10, text: 11 } as const;
const PAGE = 1;
const WORD = 5;

const tableToWords = (table: string, pages: readonly LineImage[]): ReadonlyMap<LineImage, readonly Word[]> => {
  const rows = table.split("\n").map((row) => row.split("\t"));
  const count = rows.filter((columns) => Number(columns[COLUMNS.level]) === PAGE).length;
  if (count !== pages.length) throw new Error(`${count} of ${pages.length} lines were read`);
  const words = new Map<LineImage, Word[]>(pages.map((page) => [page, []]));
  for (const columns of rows) {
    const page = pages[Number(columns[COLUMNS.page]) - 1];
    const word = columns[COLUMNS.text]?.trim() ?? "";
    if (Number(columns[COLUMNS.level]) !== WORD || word === "" || page === undefined) continue;
    const left = Number(columns[COLUMNS.left]);
    const box = page.toBox({ left, right: left + Number(columns[COLUMNS.width]) });
    words.get(page)?.push({ text: word, box, confidence: Number(columns[COLUMNS.confidence]) });
  }
  return words;
};
