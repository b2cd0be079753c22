import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { residentBytes } from "../src/platform/usage.ts";

const MIB = 1024 * 1024;
const MODULE = JSON.stringify(new URL("../src/platform/usage.ts", import.meta.url).href);

const run = (script: string): ChildProcess =>
  spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });

/** What a process says of itself that does this between the two. */
const usageOf = async (work: string): Promise<{ readonly cpuMs: number; readonly memoryPeakBytes: number }> => {
  const child = run(`
    import { spawn } from "node:child_process";
    import { once } from "node:events";
    const { watchUsage } = await import(${MODULE});
    const usage = watchUsage();
    ${work}
    console.log(JSON.stringify(usage.stop()));`);
  if (child.stdout === null) throw new Error("its output is a pipe");
  return JSON.parse(await text(child.stdout));
};

const BUSY_MS = 1_000;
/** By its own count, because on a machine with other work a second is less than one of processor time. */
const BUSY = `while (process.cpuUsage().user < ${BUSY_MS * 1_000}) for (let i = 0; i < 1e6; i += 1);`;
const LARGE = `const all = new Uint8Array(${256 * MIB}).fill(1); await new Promise((go) => setTimeout(go, 1_000, all));`;
/** Waited for, while the process goes on looking. */
const started = (script: string): string =>
  `await once(spawn(process.execPath, ["--input-type=module", "-e", ${JSON.stringify(script)}]), "close");`;

describe("what a process took", () => {
  test("is its own time and memory", async () => {
    const [idle, busy, large] = [await usageOf(""), await usageOf(BUSY), await usageOf(LARGE)];
    expect(idle.cpuMs).toBeLessThan(BUSY_MS);
    expect(busy.cpuMs).toBeGreaterThanOrEqual(BUSY_MS);
    expect(idle.memoryPeakBytes).toBeGreaterThan(20 * MIB);
    expect(large.memoryPeakBytes - idle.memoryPeakBytes).toBeGreaterThan(200 * MIB);
  }, 60_000);

  test("has that of the programs it started in it", async () => {
    const [idle, busy, large] = [
      await usageOf(started("")),
      await usageOf(started(BUSY)),
      await usageOf(started(LARGE)),
    ];
    expect(idle.cpuMs).toBeLessThan(BUSY_MS);
    expect(busy.cpuMs).toBeGreaterThanOrEqual(BUSY_MS);
    expect(large.memoryPeakBytes - idle.memoryPeakBytes).toBeGreaterThan(200 * MIB);
  }, 60_000);

  test("has nothing of the process in it that started it", async () => {
    const all = new Uint8Array(512 * MIB).fill(1);
    const { memoryPeakBytes } = await usageOf("");
    expect(memoryPeakBytes).toBeLessThan(all.length / 2);
  }, 60_000);
});

describe("what is resident", () => {
  test("is that of a process with what it started, and nothing once it has ended", async () => {
    const holding = `const all = new Uint8Array(${256 * MIB}).fill(1); console.log("ready"); setInterval(() => all, 1_000);`;
    const child = run(`
      import { spawn } from "node:child_process";
      // It ends with this process, or the test would leave it behind.
      const program = ["--pdeathsig", "KILL", process.execPath, "-e", ${JSON.stringify(holding)}];
      spawn("setpriv", program, { stdio: ["ignore", "inherit", "inherit"] });`);
    if (child.stdout === null) throw new Error("its output is a pipe");
    await once(child.stdout, "data");
    const resident = residentBytes(child.pid);
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    expect(resident).toBeGreaterThan(256 * MIB);
    expect(residentBytes(child.pid)).toBe(0);
  }, 60_000);
});
