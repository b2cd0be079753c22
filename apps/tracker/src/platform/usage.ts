// What a process and the programs it started take of the machine. Linux only, as the sensors are.
import { readFileSync } from "node:fs";

export interface Usage {
  /** User and system time since the process began, with that of the programs that ended. */
  readonly cpuMs: number;
  /** The most that was resident at once. Programs are looked at every few milliseconds, and not between. */
  readonly memoryPeakBytes: number;
}

const LOOK_MS = 50;
const CLOCK_TICK_MS = 10;

/** Of this process; the programs that it starts are looked at from now on until `stop`. */
export const watchUsage = (): { stop(): Usage } => {
  let peakBytes = 0;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentBytes(process.pid));
  }, LOOK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      const { userCPUTime, systemCPUTime } = process.resourceUsage();
      return {
        cpuMs: Math.round((userCPUTime + systemCPUTime) / 1000) + endedChildrenMs(),
        // Not `maxRSS`: that begins with what the process had that started this one.
        memoryPeakBytes: Math.max(peakBytes, memoryBytes(process.pid, "VmHWM")),
      };
    },
  };
};

/** Of a process and what its main thread started, and so on. 0 where it has ended. */
export const residentBytes = (pid: number | undefined): number => {
  const children = readProc(`${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return children.reduce((sum, child) => sum + residentBytes(child), memoryBytes(pid, "VmRSS"));
};

/** Of one process: what is resident now, and the most that was since its program began. */
const memoryBytes = (pid: number | undefined, field: "VmRSS" | "VmHWM"): number => {
  const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readProc(`${pid}/status`)) ?? [];
  return Number(kib ?? 0) * 1024;
};

/** Fields 16 and 17 of proc(5)'s `stat`; the second, which is the program's name in brackets, may hold spaces. */
const endedChildrenMs = (): number => {
  const [user, system] = readProc("self/stat")
    .replace(/^.*\) /s, "")
    .split(" ")
    .slice(13, 15);
  return (Number(user ?? 0) + Number(system ?? 0)) * CLOCK_TICK_MS;
};

const readProc = (file: string): string => {
  try {
    return readFileSync(`/proc/${file}`, "latin1");
  } catch {
    return "";
  }
};
