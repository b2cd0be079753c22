// Reading: which words stand in boxes of text. Tesseract as a process of its own, without its dictionaries, because a
// reader that prefers words would read a password as one. The pictures go to it through a pipe, and never to the disk.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { err, ok, type Result } from "@underseal/foundation";
import type { RedactionError } from "./errors.ts";
import type { RgbImage } from "./image.ts";
import { toLineImage } from "./line-image.ts";
import type { Rect } from "./rect.ts";
import { tableToWords } from "./table.ts";
import { toTiff } from "./tiff.ts";
import type { Word } from "./word.ts";

/** The words of each box from left to right, in the boxes' order. */
export type WordsOfLines = readonly (readonly Word[])[];

/** Where Debian's packages `tesseract-ocr-eng` and so on put what the reader knows of a language. */
const DATA_DIR = "/usr/share/tesseract-ocr/5/tessdata";

const TIMEOUT_MS = 28_000;
/** The largest answer: some hundred bytes a word, of more words than any screen has. */
const TABLE_BYTES_MAX = 16 * 1024 * 1024;
/** Lower boxes hold no letters that anybody could read, and are not read either. */
const SIDE_PX_MIN = 6;

/** One thread: more of them take more of the machine for the same lines. On Linux it ends when this process does. */
const COMMAND = [
  ...(process.platform === "linux" ? ["setpriv", "--pdeathsig", "KILL"] : []),
  ...["env", "OMP_THREAD_LIMIT=1"],
] as const;
/** What `setpriv` and `env` answer for a program that is not there. */
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
  /** Of what the program may answer, for all boxes together. */
  readonly tableBytesMax: number;
}

const SETTINGS: ReaderSettings = {
  dataDir: DATA_DIR,
  program: "tesseract",
  timeoutMs: TIMEOUT_MS,
  tableBytesMax: TABLE_BYTES_MAX,
};

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
    const words = tableToWords(table, pages);
    const read = new Map(pages.map((page, i) => [page, words[i] ?? []]));
    return ok(lines.map((line) => (line === null ? [] : (read.get(line) ?? []))));
  } catch (cause) {
    return err({ code: "READING_FAILED", message: "Reading the text failed.", cause });
  }
};

const isReadable = ({ width, height }: Rect): boolean => width >= SIDE_PX_MIN && height >= SIDE_PX_MIN;

const runTesseract = async (
  tiff: Uint8Array,
  languages: readonly string[],
  { dataDir, program, timeoutMs, tableBytesMax }: ReaderSettings,
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
  const answer = readUpTo(tableBytesMax, child.stdout).catch((cause) => {
    child.kill("SIGKILL");
    throw cause;
  });
  const [table, [status]] = await Promise.all([answer, ended]);
  if (status === NOT_FOUND) {
    throw new Error(`"${program}", or "env" that starts it, is not there; install tesseract-ocr`);
  }
  if (status !== 0) throw new Error(`${program} ended with ${status ?? "a signal"}`);
  return table;
};

const readUpTo = async (bytesMax: number, stream: Readable): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error(`the answer has more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};
