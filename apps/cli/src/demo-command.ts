import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { createStopSignal, fail } from "./console.ts";

export const addDemoCommand = (program: Command): void => {
  program
    .command("demo")
    .description("the whole path once, with invented people: track, seal, open, verify, bill and pay")
    .option("--keep", "leave everything running at the end, until Ctrl-C")
    .option("--out <dir>", "where the pictures and the exported week go", "demo")
    .option("--own-display", "track this machine's display without asking (everything on it, masked)")
    .action(demo);
};

interface DemoOptions {
  readonly keep?: boolean;
  readonly out: string;
  readonly ownDisplay?: boolean;
}

const demo = async (options: DemoOptions): Promise<void> => {
  const signal = createStopSignal();
  const [{ runDemo }, { DemoError }] = await Promise.all([import("./demo/demo.ts"), import("./demo/session.ts")]);
  const display = (options.ownDisplay ?? (await wantsOwnDisplay())) ? (process.env.DISPLAY ?? null) : null;
  try {
    await runDemo({ keep: options.keep ?? false, outDir: options.out, display, signal });
  } catch (cause) {
    if (signal.aborted) return fail("the demo was stopped; nothing was left behind");
    if (cause instanceof DemoError) return fail(`the demo failed: ${cause.message}`);
    throw cause;
  }
};

/** The real display is used only if there is one and somebody says yes. */
const wantsOwnDisplay = async (): Promise<boolean> => {
  if (!process.env.DISPLAY || !stdin.isTTY) return false;
  const terminal = createInterface({ input: stdin, output: stdout });
  const answer = await terminal.question(
    `Track your own display ${process.env.DISPLAY} instead of a virtual one? [y/N] `,
  );
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
};
