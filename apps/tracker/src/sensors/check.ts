import { err, ok, type Result } from "@underseal/foundation";
import { askChild } from "../platform/ask-child.ts";
import type { ChildSettings } from "../platform/child.ts";

const CHECK_TIMEOUT_MS = 20_000;

/** Whether the native sensors can be loaded here; if not, what is missing and how to get it. */
export const checkSensors = async (
  settings: ChildSettings,
): Promise<Result<void, { readonly code: "LIBRARY_MISSING"; readonly message: string }>> => {
  const file = new URL("./check-process.ts", import.meta.url);
  const answer = await askChild(file, null, { ...settings, timeoutMs: CHECK_TIMEOUT_MS });
  if (answer.ok) return ok(undefined);
  const remedy = 'as root, "npm run setup" installs what is missing (on Debian: libxtst6 libxt6 libxrandr2)';
  return err({ code: "LIBRARY_MISSING", message: `the screen cannot be read (${answer.error.message}): ${remedy}` });
};
