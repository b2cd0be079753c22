// The command line as a process to be measured: how long until it is ready, what it uses while idle.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

const MAIN = path.join(import.meta.dirname, "../apps/cli/src/main.ts");
const CLOCK_TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;

export interface Measured {
  readonly child: ChildProcess;
  /** The line that said it is ready. */
  readonly line: string;
  readonly readyMs: number;
  stop(): Promise<void>;
}

/** Runs `underseal …` until a line of its output contains `ready`. */
export const startMeasured = async (
  args: readonly string[],
  { env, ready }: { readonly env: Readonly<Record<string, string>>; readonly ready: string },
): Promise<Measured> => {
  const startedMs = performance.now();
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], {
    env: { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const line = await new Promise<string>((resolve, reject) => {
    lines.on("line", (text) => text.includes(ready) && resolve(text));
    void ended.then(([code]) => reject(new Error(`${args.join(" ")} ended with ${code}`)));
  });
  const readyMs = performance.now() - startedMs;
  const stop = async () => {
    child.kill("SIGINT");
    await ended;
  };
  return { child, line, readyMs, stop };
};

export interface Usage {
  readonly memoryMiB: number;
  readonly cpuSeconds: number;
  readonly processes: number;
}

/** Resident memory (shared pages counted once per process) and processor time of a process with all its children. */
export const usageOf = (pid: number): Usage => {
  const family = familyOf(pid);
  const stats = family.map(readStat);
  const residentPages = family.map((id) => Number(readFileSync(`/proc/${id}/statm`, "utf8").split(" ")[1]));
  return {
    memoryMiB: (residentPages.reduce((sum, pages) => sum + pages, 0) * PAGE_BYTES) / 2 ** 20,
    cpuSeconds: stats.reduce((sum, { ticks }) => sum + ticks, 0) / CLOCK_TICKS_PER_SECOND,
    processes: family.length,
  };
};

/** Processor time of a process itself, and of all its children, ended ones too: of a server, and of its PostgreSQL. */
export const cpuSplitOf = (pid: number): { readonly own: number; readonly children: number } => {
  const [own, ...others] = familyOf(pid).map(readStat);
  const seconds = (ticks: number): number => ticks / CLOCK_TICKS_PER_SECOND;
  const ofOthers = others.reduce((sum, { ticks, endedTicks }) => sum + ticks + endedTicks, own?.endedTicks ?? 0);
  return { own: seconds(own?.ticks ?? 0), children: seconds(ofOthers) };
};

const readStat = (pid: number) => {
  // After the command in parentheses: state, parent, …; user and system time are fields 14 and 15 of the whole.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return {
    parent: Number(fields[1]),
    ticks: Number(fields[11]) + Number(fields[12]),
    /** Of children that have ended. */
    endedTicks: Number(fields[13]) + Number(fields[14]),
  };
};

const familyOf = (pid: number): number[] => {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(all.flatMap((id) => parentOf(id)));
  const family = [pid];
  for (const member of family) family.push(...all.filter((id) => parents.get(id) === member));
  return family;
};

const parentOf = (pid: number): [number, number][] => {
  try {
    return [[pid, readStat(pid).parent]];
  } catch {
    // It ended between the listing and the look.
    return [];
  }
};
