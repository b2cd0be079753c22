// Looks for text in a process of its own: the libraries that do it are large, run native code and take memory by the
// picture. When they break, the process goes, and the capture stays with who asked. It can write no file, sees no
// display, and ends with who asked.
import { err, ok, type Result } from "@underseal/foundation";
import type { FoundHidden, RedactionSettings, RgbImage } from "@underseal/redaction";
import { askChild } from "../platform/ask-child.ts";
import type { ChildSettings } from "../platform/child.ts";
import { type FaultCode, isFaultCode, type ReaderFault } from "./faults.ts";

/** Twice what was measured without words: 0.28 GiB for a screen of 1920×1080, 0.75 GiB for one of 7680×4320. */
export const READER_MEMORY_BYTES_MAX = 1_536 * 1024 * 1024;

/** Reading words must leave time to look for text alone, should it fail. */
const WORDS_MS_MAX = 32_000;

export interface ReaderSettings extends Pick<ChildSettings, "execPath"> {
  /** What it may know of ours: where programs are. */
  readonly env: ChildSettings["env"];
  /** For everything that is asked of this reader, from now on. */
  readonly totalMs: number;
  readonly monotonicMs: () => number;
  readonly memoryBytesMax?: number;
  /** Another program in the reader's place. */
  readonly file?: URL;
}

export interface ReaderAnswer extends FoundHidden {
  /** What the process took of the machine. */
  readonly used: { readonly cpuMs: number; readonly memoryPeakBytes: number };
}

/** May be used wherever `FindHidden` is wanted. */
export type Reader = (
  image: RgbImage,
  settings: RedactionSettings,
) => Promise<Result<ReaderAnswer, { readonly code: FaultCode }>>;

export const createReader = (settings: ReaderSettings): Reader => {
  const { env, execPath, totalMs, monotonicMs, memoryBytesMax = READER_MEMORY_BYTES_MAX } = settings;
  const file = settings.file ?? new URL("./reader-process.ts", import.meta.url);
  const untilMs = monotonicMs() + totalMs;
  const limits = { memoryBytesMax, writesFiles: false };
  return async ({ rgb, width, height }, { policy, languages, terms }) => {
    const leftMs = Math.max(0, untilMs - monotonicMs());
    const timeoutMs = policy === "structure" ? leftMs : Math.min(leftMs, WORDS_MS_MAX);
    const question = { width, height, policy, languages, terms };
    const child = { display: "", env, execPath, timeoutMs, limits };
    const answer = await askChild(file, question, child, rgb);
    // The child is our own code of the same version, and it answered with a value of this type.
    return answer.ok ? ok(answer.value as ReaderAnswer) : err({ code: faultOf(answer.error.code) });
  };
};

const lost: Readonly<Record<string, ReaderFault>> = {
  CHILD_FAILED: "READER_FAILED",
  CHILD_TIMEOUT: "READER_TIMEOUT",
  CHILD_MEMORY: "READER_MEMORY",
};

/** What is neither is a code of the redaction package, which the child passes on. */
const faultOf = (code: string): FaultCode => lost[code] ?? (isFaultCode(code) ? code : "READER_FAILED");
