// Whether somebody is there, asked of a real display, and of a stand-in for logind's own program.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { attendanceEvent, undecidedFromMs } from "../src/daemon/attendance.ts";
import { readLocked } from "../src/sensors/lock-logind.ts";
import { createPresenceSensor } from "../src/sensors/presence.ts";
import { startTestDesktop, useDesktop } from "./desktop.ts";

const desktop = useDesktop();

describe("the display", () => {
  test("says how long ago the last input was, and nothing where there is none", async () => {
    const sensor = createPresenceSensor({ env: {} });
    await desktop().xdotool("key", "a");
    const { idleMs, isLocked } = await sensor.look(desktop().display);
    expect(idleMs).toBeGreaterThanOrEqual(0);
    expect(isLocked).toBeNull();
    expect(await sensor.look(":59998")).toEqual({ idleMs: null, isLocked: null });
    sensor.close();
  });

  test("that went is not known, and is looked for again", async () => {
    const sensor = createPresenceSensor({ env: {} });
    const other = await startTestDesktop();
    expect((await sensor.look(other.display)).idleMs).not.toBeNull();
    await other.stop();
    expect(await sensor.look(other.display)).toEqual({ idleMs: null, isLocked: null });
    expect((await sensor.look(desktop().display)).idleMs).not.toBeNull();
    sensor.close();
  });
});

describe("the lock of the session", () => {
  const answers = async (script: string, session: string | undefined = "c2"): Promise<boolean | null> => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "underseal-logind-"));
    writeFileSync(path.join(folder, "loginctl"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    const env = { PATH: `${folder}:/usr/bin:/bin`, ...(session === undefined ? {} : { XDG_SESSION_ID: session }) };
    const isLocked = await readLocked({ env });
    rmSync(folder, { recursive: true });
    return isLocked;
  };

  test.each([
    ["is locked", "echo LockedHint=yes", true],
    ["is not", "echo LockedHint=no", false],
    ["is asked of this session", '[ "$2" = c2 ] && echo LockedHint=yes', true],
    ["says nothing", "true", null],
    ["says something else", "echo LockedHint=maybe", null],
    ["has no logind", "echo LockedHint=yes; exit 1", null],
  ])("%s", async (_, script, expected) => {
    expect(await answers(script)).toBe(expected);
  });

  test("is not known without a session, nor asked for with a name that is none", async () => {
    const env = { PATH: "/nowhere" };
    expect(await readLocked({ env })).toBeNull();
    expect(await readLocked({ env: { ...env, XDG_SESSION_ID: "c2" } })).toBeNull();
    expect(await answers("echo LockedHint=yes", "--help")).toBeNull();
  });
});

describe("what follows from it", () => {
  const there = { idleMs: 0, isLocked: false };
  test.each([
    ["tracking", {}, there, null],
    ["tracking", {}, { ...there, idleMs: 299_999 }, null],
    ["tracking", {}, { ...there, idleMs: 300_000 }, "idle"],
    ["tracking", { mode: "call" }, { ...there, idleMs: 300_000 }, null],
    ["tracking", { idleMaxMs: null }, { ...there, idleMs: 300_000 }, null],
    ["tracking", { mode: "call" }, { ...there, isLocked: true }, "lock"],
    ["tracking", { idleMaxMs: null }, { ...there, isLocked: true }, "lock"],
    ["tracking", {}, { idleMs: null, isLocked: null }, null],
    ["idle", {}, { ...there, idleMs: 300_000 }, null],
    ["idle", {}, { ...there, idleMs: 299_999 }, "return"],
    ["idle", {}, { idleMs: 0, isLocked: true }, null],
    ["idle", {}, { idleMs: 0, isLocked: null }, "return"],
    ["idle", {}, { idleMs: null, isLocked: false }, null],
    ["locked", {}, there, "return"],
    ["locked", {}, { ...there, isLocked: true }, null],
    ["locked", {}, { idleMs: 0, isLocked: null }, null],
    ["paused", {}, there, null],
    ["stopped", {}, there, null],
  ] as const)("%s %j with %j: %s", (state, changes, presence, expected) => {
    expect(attendanceEvent({ state, mode: "working", idleMaxMs: 300_000, ...changes }, presence)).toBe(expected);
  });

  test.each([
    [{ mode: "working", idleMaxMs: 300_000 }, 7, 7],
    [{ mode: "working", idleMaxMs: 300_000 }, null, Number.POSITIVE_INFINITY],
    [{ mode: "working", idleMaxMs: null }, 7, Number.POSITIVE_INFINITY],
    [{ mode: "call", idleMaxMs: 300_000 }, 7, Number.POSITIVE_INFINITY],
  ] as const)("segments wait with %j from the last input at %j: %j", (attended, lastInputMs, expected) => {
    expect(undecidedFromMs(attended, lastInputMs)).toBe(expected);
  });
});
