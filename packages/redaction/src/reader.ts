// Reading: which words stand in a box of text. tesseract.js in a thread of its own, without its dictionaries, because
// a reader that prefers words would read a password as one. Nothing is fetched: the languages' data lie on the disk.
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { err, ok, type Result } from "@underseal/foundation";
import type { Worker } from "tesseract.js";
import type { RedactionError } from "./errors.ts";
import type { RgbImage } from "./image.ts";
import { toLineImage } from "./line-image.ts";
import type { Rect } from "./rect.ts";
import type { Word } from "./word.ts";

export interface Reader {
  /** The words of each box from left to right, in the boxes' order; throws when the library fails. */
  read(image: RgbImage, boxes: readonly Rect[]): Promise<readonly (readonly Word[])[]>;
  /** Ends the thread and gives its memory back. */
  close(): Promise<void>;
}

/** Where Debian's packages `tesseract-ocr-eng` and so on put what the reader knows of a language. */
export const READING_DATA_DIR = "/usr/share/tesseract-ocr/5/tessdata";

const LSTM_ENGINE = 1;
const SINGLE_LINE = "7";
const START_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 24_000;
/** Lower boxes hold no letters that anybody could read, and are not read either. */
const SIDE_PX_MIN = 6;

const START_CONFIGURATION = {
  // It would print what it wonders about in a line.
  debug_file: "/dev/null",
  load_system_dawg: "0",
  load_freq_dawg: "0",
  load_punc_dawg: "0",
  load_number_dawg: "0",
  load_unambig_dawg: "0",
  load_bigram_dawg: "0",
};

export const openReader = async (
  languages: readonly string[],
  dataDir = READING_DATA_DIR,
): Promise<Result<Reader, RedactionError>> => {
  // The library would wait for ever for a language that is not there.
  const missing = languages.find((code) => !existsSync(path.join(dataDir, `${code}.traineddata`)));
  if (missing !== undefined) {
    const message = `There is no reading data for the language "${missing}"; install tesseract-ocr-${missing}.`;
    return err({ code: "LANGUAGE_UNAVAILABLE", message });
  }
  try {
    const worker = await within(START_TIMEOUT_MS, startWorker(languages, dataDir));
    return ok({
      read: (image, boxes) => within(READ_TIMEOUT_MS, untilExit(worker, readBoxes(worker, image, boxes))),
      close: async () => {
        await worker.terminate();
      },
    });
  } catch (cause) {
    return err({ code: "READING_FAILED", message: "The reader cannot be started.", cause });
  }
};

const startWorker = async (languages: readonly string[], dataDir: string): Promise<Worker> => {
  const { createWorker } = await import("tesseract.js");
  const options = { langPath: dataDir, gzip: false, cacheMethod: "none", errorHandler: () => {} };
  const worker = await createWorker([...languages], LSTM_ENGINE, options, START_CONFIGURATION);
  // Lines come dark on light already; looking for the reverse as well would double the time of what is unreadable.
  await worker.setParameters({ tessedit_pageseg_mode: SINGLE_LINE as never, tessedit_do_invert: "0" });
  return worker;
};

const within = async <T>(timeoutMs: number, work: Promise<T>): Promise<T> => {
  const aborted = new AbortController();
  const late = sleep(timeoutMs, null, { signal: aborted.signal }).then(() => {
    throw new Error(`took longer than ${timeoutMs} ms`);
  });
  late.catch(() => {});
  try {
    return await Promise.race([work, late]);
  } finally {
    aborted.abort();
  }
};

/** The library waits for ever for a thread that is gone. */
const untilExit = async <T>(worker: Worker, work: Promise<T>): Promise<T> => {
  const { worker: thread } = worker as unknown as { worker: import("node:worker_threads").Worker };
  let gone = (): void => {};
  const exited = new Promise<never>((_, reject) => {
    gone = () => reject(new Error("the reader's thread ended"));
    thread.once("exit", gone);
  });
  try {
    return await Promise.race([work, exited]);
  } finally {
    thread.off("exit", gone);
  }
};

const readBoxes = async (worker: Worker, image: RgbImage, boxes: readonly Rect[]): Promise<readonly Word[][]> => {
  const words: Word[][] = [];
  for (const box of boxes) {
    words.push(box.width < SIDE_PX_MIN || box.height < SIDE_PX_MIN ? [] : await readBox(worker, image, box));
  }
  return words;
};

const readBox = async (worker: Worker, image: RgbImage, box: Rect): Promise<Word[]> => {
  const line = toLineImage(image, box);
  if (line.hasRows) return [];
  const { data } = await worker.recognize(Buffer.from(line.pgm), {}, { tsv: true, text: false });
  return (data.tsv ?? "").split("\n").flatMap((row) => {
    const columns = row.split("\t");
    const text = columns[TSV.text]?.trim() ?? "";
    if (Number(columns[TSV.level]) !== TSV_WORD || text === "") return [];
    const left = Number(columns[TSV.left]);
    const place = line.toBox({ left, right: left + Number(columns[TSV.width]) });
    return [{ text, box: place, confidence: Number(columns[TSV.confidence]) }];
  });
};

/** Tesseract's own table: one row for each page, block, paragraph, line and word. */
const TSV = { level: 0, left: 6, width: 8, confidence: 10, text: 11 } as const;
const TSV_WORD = 5;
