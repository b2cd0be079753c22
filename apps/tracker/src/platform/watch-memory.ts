// Ends a child that takes more memory than it may.
import type { Child } from "./child.ts";
import { residentBytes } from "./usage.ts";

const LOOK_MS = 100;

export interface MemoryWatch {
  /** Whether the child was ended for it. */
  isOver(): boolean;
  stop(): void;
}

/** Looks at the resident memory of the child and of the programs it starts ten times a second, from now on until `stop`. */
export const watchMemory = (child: Child, memoryBytesMax: number): MemoryWatch => {
  let over = false;
  const timer = setInterval(() => {
    over ||= residentBytes(child.pid) > memoryBytesMax;
    if (over) child.kill("SIGKILL");
  }, LOOK_MS);
  return { isOver: () => over, stop: () => clearInterval(timer) };
};
