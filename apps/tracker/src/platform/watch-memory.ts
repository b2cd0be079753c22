// Ends a child that takes more memory than it may. Linux only, as the sensors are.
import { readFileSync } from "node:fs";
import type { Child } from "./child.ts";

const LOOK_MS = 100;

export interface MemoryWatch {
  /** Whether the child was ended for it. */
  isOver(): boolean;
  stop(): void;
}

/** Looks at the child's resident memory ten times a second, from now on until `stop`. */
export const watchMemory = (child: Child, memoryBytesMax: number): MemoryWatch => {
  let over = false;
  const timer = setInterval(() => {
    over ||= residentBytes(child.pid) > memoryBytesMax;
    if (over) child.kill("SIGKILL");
  }, LOOK_MS);
  return { isOver: () => over, stop: () => clearInterval(timer) };
};

/** 0 where the process has ended. */
const residentBytes = (pid: number | undefined): number => {
  try {
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1")) ?? [];
    return Number(kib ?? 0) * 1024;
  } catch {
    return 0;
  }
};
