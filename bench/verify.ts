// `node tools/run.mjs node bench/verify.ts`: what it takes to verify a week of 240 segments offline, through the real
// command line. With `--keep FILE` the week is left there, for looking at.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createSystemRandom } from "@underseal/foundation";
import { median, row } from "./statistics.ts";
import { makeWeek } from "./synthetic-week.ts";

const RUNS = 3;
const POLL_MS = 10;
const CLOCK_TICKS_PER_SECOND = 100;
const MAIN = path.join(import.meta.dirname, "../apps/cli/src/main.ts");

interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly peakMiB: number;
}

/** The highest resident set and the processor time so far; `null` once the process is gone. */
const usageOf = (pid: number): Omit<Measured, "wallMs"> | null => {
  try {
    const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    // After the command in parentheses: user and system time are fields 14 and 15 of the whole.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return peak === undefined ? null : { peakMiB: Number(peak) / 1024, cpuMs: (ticks / CLOCK_TICKS_PER_SECOND) * 1000 };
  } catch {
    return null;
  }
};

const verify = async (file: string): Promise<Measured> => {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, "verify", "bundle", file], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = once(child, "exit");
  let usage = { peakMiB: 0, cpuMs: 0 };
  const poll = setInterval(() => {
    usage = usageOf(child.pid ?? 0) ?? usage;
  }, POLL_MS);
  const [code] = await ended;
  clearInterval(poll);
  if (code !== 0) throw new Error(`the week is not valid: ${code}`);
  return { wallMs: performance.now() - startedMs, ...usage };
};

const keep = process.argv.indexOf("--keep");
const folder = await mkdtemp(path.join(os.tmpdir(), "underseal-bench-"));
const file = (keep < 0 ? undefined : process.argv[keep + 1]) ?? path.join(folder, "week.bundle");
const week = makeWeek(createSystemRandom());
await writeFile(file, week.bytes);
const runs: Measured[] = [];
for (let i = 0; i < RUNS; i += 1) runs.push(await verify(file));
const size = `${(week.bytes.length / 2 ** 20).toFixed(0)} MiB`;
const what = `${week.segments} segments, ${week.captures} captures, ${week.checkpoints} checkpoints, ${size}`;
console.log("| what | value | how |\n|---|---|---|");
row("verifying a week offline", `${(median(runs.map(({ wallMs }) => wallMs)) / 1000).toFixed(1)} s`, what);
row("the same, processor time", `${(median(runs.map(({ cpuMs }) => cpuMs)) / 1000).toFixed(1)} s`);
row("the same, peak memory", `${Math.max(...runs.map(({ peakMiB }) => peakMiB)).toFixed(0)} MiB`, "resident");
await rm(folder, { recursive: true });
