import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { RedactAnswer, RedactRequest } from "./redact-child.ts";

export interface Redactor {
  redact(request: RedactRequest): Promise<RedactAnswer>;
  stop(): Promise<void>;
}

/** Starts a process that redacts one picture after the other. */
export const startRedactor = (): Redactor => {
  const script = path.join(import.meta.dirname, "redact-child.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  return {
    redact: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const answered = await Promise.race([once(lines, "line"), ended.then(() => null)]);
      if (answered === null) throw new Error(`redacting ${request.pngFile} ended the process`);
      return JSON.parse(String(answered[0]));
    },
    stop: async () => {
      child.stdin.end();
      await ended;
    },
  };
};
