// One picture for its owner's eyes, as the daemon asks for it: what the child writes goes on to the caller as it comes,
// encoded, and is neither kept nor decoded on the way.
import { once } from "node:events";
import type { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { err, ok, type Result } from "@underseal/foundation";
import { type ChildSettings, spawnChild } from "../platform/child.ts";
import { watchMemory } from "../platform/watch-memory.ts";
import type { VaultRequest } from "./vault-request.ts";

/** `PREVIEW_FAILED`: the picture is gone or damaged, or took too long; what was written so far is not a whole one. */
export interface PreviewError {
  readonly code: "PREVIEW_FAILED";
  readonly message: string;
}

const PREVIEW_TIMEOUT_MS = 30_000;
/** Pixels, leaves, lines and their compressed form of a desktop of 4,096 tiles are half of it. */
const PREVIEW_MEMORY_BYTES_MAX = 768 * 1024 * 1024;

/** Writes a PNG to `output` and ends it; destroys it where there is none. */
export const previewCapture = async (
  request: VaultRequest,
  settings: ChildSettings,
  output: Writable,
): Promise<Result<void, PreviewError>> => {
  const file = new URL("./preview-process.ts", import.meta.url);
  const child = spawnChild(file, settings, { memoryBytesMax: PREVIEW_MEMORY_BYTES_MAX, writesFiles: false });
  const exited = once(child, "exit").catch(() => [null]);
  const memory = watchMemory(child, PREVIEW_MEMORY_BYTES_MAX);
  const timer = setTimeout(() => child.kill("SIGKILL"), PREVIEW_TIMEOUT_MS);
  child.stdin.end(`${JSON.stringify(request)}\n`);
  // A caller that goes away in the middle needs no child any more.
  const written = await pipeline(child.stdout, output, { end: false }).then(
    () => true,
    () => child.kill("SIGKILL") && false,
  );
  const [code] = await exited;
  clearTimeout(timer);
  memory.stop();
  if (!written || code !== 0) {
    output.destroy();
    return err({ code: "PREVIEW_FAILED", message: "the picture could not be opened" });
  }
  output.end();
  return ok(undefined);
};
