// The child process of one capture: a request on stdin, one line of JSON on stdout, then it ends and its memory with
// it. Its display is the one its environment names; the request repeats it for the window list. Nothing that happens
// here can make it print a pixel or a title. What looks for text is a process of its own (`reduction/reader.ts`).
import { text } from "node:stream/consumers";
import { base64UrlToBytes, createSystemRandom, err, ok, type Result } from "@underseal/foundation";
import type { RedactionSettings } from "@underseal/redaction";
import { commitObservation } from "../captures/commit.ts";
import { programPath } from "../platform/child.ts";
import { createTrackerClock } from "../platform/clock.ts";
import type { FindHidden } from "../reduction/hide.ts";
import { observeDesktop } from "../reduction/observe.ts";
import { createReader } from "../reduction/reader.ts";
import { type CaptureRequest, parseCaptureRequest } from "./capture-request.ts";
import { openScreens } from "./screen.ts";
import { openWindowsX11 } from "./windows-x11.ts";

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** Of the sixty seconds that a capture has, what is left is for looking, sealing and storing. */
const READING_MS_MAX = 45_000;

const finderFor = ({ fallback }: CaptureRequest): FindHidden => {
  if (fallback?.shows === "nothing") return async () => err({ code: fallback.code });
  const { monotonicMs } = createTrackerClock(null);
  const settings = { env: programPath(), execPath: process.execPath, totalMs: READING_MS_MAX, monotonicMs };
  const find = createReader(settings);
  if (fallback === null) return find;
  return async (image, wanted) => {
    const found = await find(image, wanted);
    return found.ok ? ok({ ...found.value, degraded: fallback }) : found;
  };
};

const settingsFor = ({ policy, terms, fallback }: CaptureRequest): Pick<RedactionSettings, "policy" | "terms"> =>
  fallback === null ? { policy, terms } : { policy: "structure", terms: [] };

const capture = async (): Promise<Result<unknown, Failure>> => {
  const request = parseCaptureRequest(await text(process.stdin));
  if (request === null) return { ok: false, error: { code: "BAD_REQUEST", message: "not a capture request" } };
  const windows = await openWindowsX11(request.display);
  if (!windows.ok) return windows;
  const deps = { windows: windows.value, screens: openScreens(), findHidden: finderFor(request) };
  const { key, tiles } = request.remembered;
  const remembered = { key: base64UrlToBytes(key) ?? new Uint8Array(), tiles };
  const observed = await observeDesktop({ ...request, ...settingsFor(request), remembered }, deps);
  windows.value.close();
  return observed.ok ? commitObservation(observed.value, request, { random: createSystemRandom() }) : observed;
};

const crashed = (): Result<never, Failure> => ({
  ok: false,
  error: { code: "CAPTURE_FAILED", message: "the capture failed in an unexpected way" },
});

const answer = await capture().catch(crashed);
// Only code and sentence of an error: its cause may quote what was on the screen.
const line = answer.ok ? answer : { ok: false, error: { code: answer.error.code, message: answer.error.message } };
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(answer.ok ? 0 : 1));
