// The child process of one reading: a line of JSON and the picture's bytes on stdin, one line of JSON on stdout. It gets
// pixels in which denied windows are zero already, and answers with places and reasons, never with words.
import { buffer } from "node:stream/consumers";
import type { Result } from "@underseal/foundation";
import {
  type FoundHidden,
  findHidden,
  loadDetectionModel,
  type RedactionError,
  type RedactionSettings,
  readLines,
} from "@underseal/redaction";
import { watchUsage } from "../platform/usage.ts";

type Failure = Pick<RedactionError, "code" | "message">;

const NEWLINE = 0x0a;

const read = async (): Promise<Result<FoundHidden, Failure>> => {
  const input = await buffer(process.stdin);
  const end = input.indexOf(NEWLINE);
  // The capture's process writes the question from a value of this type.
  const question = JSON.parse(input.toString("utf8", 0, end)) as RedactionSettings & { width: number; height: number };
  const { width, height, ...settings } = question;
  const deps = { loadModel: loadDetectionModel, readLines };
  return findHidden({ rgb: input.subarray(end + 1), width, height }, settings, deps);
};

const broken = (): Result<never, { code: "READER_FAILED"; message: string }> => ({
  ok: false,
  error: { code: "READER_FAILED", message: "reading broke" },
});

/** Only codes of errors: their causes may quote what was read. */
const codeOf = <Code>({ code }: { readonly code: Code }) => ({ code, message: "" });

const usage = watchUsage();
const answer = await read().catch(broken);
const used = usage.stop();
const line = answer.ok
  ? { value: { hidden: answer.value.hidden, degraded: answer.value.degraded && codeOf(answer.value.degraded), used } }
  : { error: codeOf(answer.error) };
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0));
