// The child process of one reading: a line of JSON and the picture's bytes on stdin, one line of JSON on stdout. It gets
// pixels in which denied windows are zero already, and answers with places and reasons, never with words.
import { buffer } from "node:stream/consumers";
import type { Result } from "@underseal/foundation";
import {
  type FoundHidden,
  findHidden,
  loadDetectionModel,
  openReader,
  type RedactionError,
  type RedactionSettings,
} from "@underseal/redaction";

type Failure = Pick<RedactionError, "code" | "message">;

const NEWLINE = 0x0a;

const read = async (): Promise<Result<FoundHidden, Failure>> => {
  const input = await buffer(process.stdin);
  const end = input.indexOf(NEWLINE);
  // The capture's process writes the question from a value of this type.
  const question = JSON.parse(input.toString("utf8", 0, end)) as RedactionSettings & { width: number; height: number };
  const { width, height, ...settings } = question;
  const deps = { loadModel: loadDetectionModel, openReader };
  return findHidden({ rgb: input.subarray(end + 1), width, height }, settings, deps);
};

const broken = (): Result<never, { code: "READER_FAILED"; message: string }> => ({
  ok: false,
  error: { code: "READER_FAILED", message: "reading broke" },
});

/** Only codes of errors: their causes may quote what was read. */
const codeOf = <Code>({ code }: { readonly code: Code }) => ({ code, message: "" });

const answer = await read().catch(broken);
/** What it took of the machine, all threads together. */
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const used = { cpuMs: Math.round((userCPUTime + systemCPUTime) / 1000), memoryPeakBytes: maxRSS * 1024 };
const line = answer.ok
  ? { value: { hidden: answer.value.hidden, degraded: answer.value.degraded && codeOf(answer.value.degraded), used } }
  : { error: codeOf(answer.error) };
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0));
