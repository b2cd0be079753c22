// The child process of one capture: a request on stdin, one line of JSON on stdout, then it ends and its memory with
// it. It runs at the lowest priority. Its display is the one its environment names; the request repeats it for the
// window list. Nothing that happens here can make it print a pixel or a title.
import { constants, setPriority } from "node:os";
import { text } from "node:stream/consumers";
import { createSystemRandom, type Result } from "@underseal/foundation";
import { loadDetectionModel } from "@underseal/redaction";
import { commitObservation } from "../captures/commit.ts";
import { observeDesktop } from "../reduction/observe.ts";
import { parseCaptureRequest } from "./capture-request.ts";
import { openScreens } from "./screen.ts";
import { openWindowsX11 } from "./windows-x11.ts";

interface Failure {
  readonly code: string;
  readonly message: string;
}

const capture = async (): Promise<Result<unknown, Failure>> => {
  const request = parseCaptureRequest(await text(process.stdin));
  if (request === null) return { ok: false, error: { code: "BAD_REQUEST", message: "not a capture request" } };
  const windows = await openWindowsX11(request.display);
  if (!windows.ok) return windows;
  const model = await loadDetectionModel();
  if (!model.ok) return model;
  const deps = { windows: windows.value, screens: openScreens(), model: model.value };
  const observed = await observeDesktop(request, deps);
  windows.value.close();
  return observed.ok ? commitObservation(observed.value, request, { random: createSystemRandom() }) : observed;
};

const crashed = (): Result<never, Failure> => ({
  ok: false,
  error: { code: "CAPTURE_FAILED", message: "the capture failed in an unexpected way" },
});

setPriority(constants.priority.PRIORITY_LOW);
const answer = await capture().catch(crashed);
// Only code and sentence of an error: its cause may quote what was on the screen.
const line = answer.ok ? answer : { ok: false, error: { code: answer.error.code, message: answer.error.message } };
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(answer.ok ? 0 : 1));
