import { parseNote, TLOG_ERROR_CODES } from "@underseal/tlog";
import { expect, test } from "vitest";
import { readSubmission } from "../src/rules.ts";
import { originHash } from "../src/watched.ts";
import { createHistory, logKey, logSigner } from "./support.ts";

const log = { origin: logSigner.name, hash: originHash(logSigner.name), keys: [logKey] };
const logsByOrigin = new Map([[log.origin, log]]);
const history = createHistory(70);
const request = history.request(33, 70);
const codes: readonly string[] = [...TLOG_ERROR_CODES, "LOG_UNKNOWN"];

/** Every request with one byte changed, left out, or cut before it: a signed text is never read as another one. */
test("a request that is changed or cut anywhere is refused with a code, or still brings the signed text", () => {
  const whole = Buffer.from(request);
  const signed = parseNote(history.noteAt(70));
  const text = signed.ok ? signed.value.text : expect.fail("a note");
  let accepted = 0;
  for (let i = 0; i < whole.length; i += 1) {
    const flipped = whole.map((byte, at) => (at === i ? byte ^ ([0x01, 0x20, 0x80, 0x04][i % 4] ?? 1) : byte));
    const without = whole.filter((_, at) => at !== i);
    for (const bytes of [flipped, without, whole.subarray(0, i)]) {
      const submission = readSubmission(Buffer.from(bytes).toString("utf8"), logsByOrigin);
      if (submission.ok) expect(submission.value.text).toBe(text);
      else expect("code" in submission.error && codes.includes(submission.error.code)).toBe(true);
      accepted += submission.ok ? 1 : 0;
    }
  }
  // Proof and old size are not signed; they are judged against what was seen.
  expect(accepted).toBeGreaterThan(0);
});
