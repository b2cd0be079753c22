import { execFile } from "node:child_process";
import path from "node:path";

const MAIN = path.join(import.meta.dirname, "../main.ts");

export interface CliRun {
  readonly code: number;
  readonly output: string;
}

/** `underseal …`, as anybody runs it. */
export const runCli = (args: readonly string[]): Promise<CliRun> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 2;
      resolve({ code, output: (stdout + stderr).trim() });
    });
  });
