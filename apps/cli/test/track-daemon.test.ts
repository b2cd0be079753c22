// The resident tracker as a freelancer has it: the real server, a real screen, two clients; steered by the command line
// and by its page in a real browser; killed, started again, and met with a full disk.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import AxeBuilder from "@axe-core/playwright";
import { type Envelope, readAnyStatement } from "@underseal/evidence";
import type { Snapshot } from "@underseal/tracker";
import { type Browser, chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { agreeOnTerms, createParty, type DemoContract, fundDeposit } from "../src/demo/parties.ts";
import { type Stage, startStage } from "../src/demo/stage.ts";
import { enrolTracker } from "../src/demo/tracked-week.ts";
import { type CommandProcess, runCommand, startCommand } from "./support/command-line.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 240_000 });

const CHROMIUM = "/usr/bin/chromium";
const isRoot = process.getuid?.() === 0;
// Each look is a program of its own, which takes some of what it waits for.
const POLL_MS = 2_000;
// Set to keep pictures of the page, for looking at them.
const SHOTS_DIR = process.env.UNDERSEAL_SHOTS;

const running = new AsyncDisposableStack();
let stage: Stage;
let stateDir = "";
let lockFile = "";
let isSmallDisk = false;
let env: Record<string, string> = {};
let acme: DemoContract;
let globex: DemoContract;
let daemon: CommandProcess;

const DISK_BYTES = 64 * 1024 * 1024;

beforeAll(async () => {
  const workDir = await mkdtemp(path.join(os.tmpdir(), "underseal-daemon-"));
  running.defer(() => rm(workDir, { recursive: true, force: true, maxRetries: 5 }));
  // As root the database runs as another user, who must be able to pass through.
  await chmod(workDir, 0o711);
  stateDir = path.join(workDir, "tracker");
  mkdirSync(stateDir, { mode: 0o700 });
  isSmallDisk =
    spawnSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES},mode=700`, "tmpfs", stateDir]).status === 0;
  if (isSmallDisk) running.defer(() => void spawnSync("umount", ["-l", stateDir]));
  stage = await startStage(workDir, running);
  const deps = { clock: stage.clock, random: stage.random, baseUrl: stage.baseUrl };
  const freelancer = await createParty(deps, { name: "Freelancer", kind: "freelancer" });
  // A run ends after the capture under way: they are rare, so that most commands need not wait for one.
  const contractWith = async (name: string, odds: number) => {
    const client = await createParty(deps, { name, kind: "client" });
    // Nothing is read: that is for the tests of captures.
    const contract = await agreeOnTerms(deps, { client, freelancer, odds, redaction: "structure" });
    await fundDeposit(deps, client, contract);
    return contract;
  };
  acme = await contractWith("Acme Ltd", 15);
  globex = await contractWith("<b>Globex</b>", 400);
  const display = process.env.DISPLAY ?? "";
  await enrolTracker(deps, freelancer, { serverUrl: stage.baseUrl, stateDir, clock: stage.clockSettings, display });
  lockFile = path.join(workDir, "locked");
  setLocked(false);
  writeFileSync(path.join(workDir, "loginctl"), `#!/bin/sh\nexec cat '${lockFile}'\n`, { mode: 0o755 });
  env = {
    ...{ DISPLAY: display, UNDERSEAL_SERVER: stage.baseUrl, UNDERSEAL_TRACKER_DIR: stateDir },
    UNDERSEAL_DEMO_CLOCK: JSON.stringify(stage.clockSettings),
    // Nobody touches this display. Of logind there is a stand-in, which says what its file says.
    ...{ UNDERSEAL_IDLE_MINUTES: "0", XDG_SESSION_ID: "c1", PATH: `${workDir}:${process.env.PATH ?? ""}` },
  };
  daemon = await startDaemon();
});

afterAll(async () => {
  daemon?.child.kill("SIGKILL");
  await daemon?.ended;
  await running.disposeAsync();
});

const setLocked = (isLocked: boolean): void => writeFileSync(lockFile, `LockedHint=${isLocked ? "yes" : "no"}\n`);

const startDaemon = async (): Promise<CommandProcess> => {
  const started = startCommand(["track", "daemon", "--json"], { env });
  await started.untilPrinted(/"type":"ready"/);
  return started;
};

const track = (...args: readonly string[]) => runCommand(["track", ...args], { env, timeoutMs: 120_000 });

const snapshotOf = async (...args: readonly string[]): Promise<Snapshot> => {
  const outcome = await track(...args, "--json");
  expect(outcome).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(outcome.stdout);
};

/** Asks until it is so; the test's own time limit ends it. */
const until = async (isSo: (snapshot: Snapshot) => boolean): Promise<Snapshot> => {
  for (;;) {
    const snapshot = await snapshotOf("status");
    if (isSo(snapshot)) return snapshot;
    await sleep(POLL_MS);
  }
};

/** The runs that the outbox holds, in order: of which contract, and whether they ended with their record. */
const readRuns = () => {
  const database = new DatabaseSync(path.join(stateDir, "outbox.sqlite"), { readOnly: true });
  const rows = database.prepare("select contract, name, envelope from record order by rowid").all();
  database.close();
  const runs: { contract: string; startedAtS: number; isEnded: boolean }[] = [];
  for (const { contract, name, envelope } of rows) {
    const statement = readAnyStatement(JSON.parse(String(envelope)) as Envelope);
    const last = runs.at(-1);
    if (name === "start" && statement.ok && "at" in statement.value.body) {
      runs.push({ contract: String(contract), startedAtS: statement.value.body.at, isEnded: false });
    }
    if (last !== undefined && statement.ok && "stop" in statement.value.body && statement.value.body.stop) {
      last.isEnded = true;
    }
  }
  return runs;
};

test("it is steered by the command line, and each stretch of work is a run that ended in order", async () => {
  expect(await snapshotOf("status")).toMatchObject({ state: "stopped", contract: null });
  const unclear = await track("start");
  expect(unclear.code).toBe(1);
  expect(unclear.stderr).toMatch(/^underseal: say which contract: (?=.*Acme Ltd \().*<b>Globex<\/b> \(/);

  const started = await snapshotOf("start", "--contract", acme.contractId, "--memo", "the parser");
  const contract = { contract: acme.contractId, clientName: "Acme Ltd" };
  expect(started).toMatchObject({ state: "tracking", contract, memo: "the parser" });
  const again = await track("start");
  expect([again.code, again.stderr]).toEqual([
    1,
    "underseal: cannot start: it is tracking already: pause, switch or stop\n",
  ]);
  const second = await track("daemon");
  expect(second.code).toBe(1);
  expect(second.stderr).toMatch(new RegExp(`a tracker runs already .*process ${daemon.child.pid},`));

  const seen = await until(({ contracts }) => contracts.some(({ weekMinutes }) => weekMinutes >= 2));
  expect(seen.contracts.find(({ contract: id }) => id === acme.contractId)).toMatchObject({
    phrase: acme.phrase,
    weeklyLimitMinutes: 2_400,
    memos: ["the parser"],
  });
  // What was done for one client is never suggested for another.
  expect(seen.contracts.find(({ contract: id }) => id === globex.contractId)?.memos).toEqual([]);
  expect((await until(({ captures }) => captures.length > 0)).captures[0]?.clientName).toBe("Acme Ltd");

  const unknown = await track("switch", "Initech");
  expect(unknown.stderr).toMatch(/say which contract/);
  expect(await snapshotOf("status")).toMatchObject({ state: "tracking", contract });
  // By name; and what was worked on for one client is not said to the other.
  await snapshotOf("switch", "<B>globex</b>");
  const switched = await until(({ contract: now }) => now?.contract === globex.contractId);
  expect(switched).toMatchObject({ state: "tracking", memo: "", next: null, billedElsewhere: null, failure: null });

  expect(await snapshotOf("pause")).toMatchObject({ state: "paused", contract: { contract: globex.contractId } });
  expect((await track("pause")).stderr).toMatch(/cannot pause: it is paused: resume, switch or stop/);
  expect(await snapshotOf("resume")).toMatchObject({ state: "tracking", contract: { contract: globex.contractId } });
  expect(await snapshotOf("stop")).toMatchObject({ state: "stopped", contract: null });
  expect((await track("status")).stdout).toMatch(
    /^○ stopped since \d\d:\d\d UTC\n[\s\S]*^ {2}Acme Ltd \(.* min today/m,
  );

  daemon.child.kill("SIGTERM");
  expect(await daemon.ended).toBe(0);
  expect(daemon.stdout()).toMatch(/"type":"end","outcome":"sent"/);
  expect(existsSync(path.join(stateDir, "daemon.json"))).toBe(false);
  const runs = readRuns();
  expect(runs.filter(({ isEnded }) => !isEnded)).toEqual([]);
  // A beacon that is late may split a stretch in two.
  const order = runs.map(({ contract: id }) => id).filter((id, i, all) => id !== all[i - 1]);
  expect(order).toEqual([acme.contractId, globex.contractId]);
  // No minute was lost between them, and none refused.
  expect(runs.find(({ contract: id }) => id === globex.contractId)?.startedAtS).toSatisfy(
    (atS: number) => atS % 600 === 0,
  );
  const none = await track("pause");
  expect([none.code, none.stderr]).toEqual([1, expect.stringMatching(/no tracker runs .* underseal track daemon/)]);
  expect(await snapshotOf("status")).toMatchObject({ state: null, waiting: { records: 0 }, unsent: { refused: 0 } });
  daemon = await startDaemon();
});

test("killed while it tracks, it leaves nothing that stops the next one, which ends the run and says so", async () => {
  await snapshotOf("start", "--contract", "acme ltd");
  daemon.child.kill("SIGKILL");
  await daemon.ended;
  expect(existsSync(path.join(stateDir, "daemon.json"))).toBe(true);
  expect(await snapshotOf("status")).toMatchObject({ state: null });
  expect(readRuns().at(-1)).toMatchObject({ contract: acme.contractId, isEnded: false });

  daemon = await startDaemon();
  expect(statSync(path.join(stateDir, "daemon.json")).mode & 0o777).toBe(0o600);
  const told = await until(({ failure }) => failure !== null);
  expect(told).toMatchObject({ state: "stopped", failure: { message: expect.stringMatching(/ended without a stop/) } });
  const next = await snapshotOf("start", "--contract", "acme ltd");
  expect(next).toMatchObject({ state: "tracking", failure: null });
  await snapshotOf("stop");
});

test("while the screen is locked nothing is tracked; unlocked, it goes on by itself", async () => {
  await snapshotOf("start", "--contract", "acme ltd", "--memo", "the parser");
  setLocked(true);
  await until(({ state }) => state === "locked");
  expect(daemon.stdout()).toMatch(/"type":"stopped"\}\n(?:.*\n)*\{"type":"state","state":"locked"/);
  expect((await track("status")).stdout).toMatch(/^◌ locked for Acme Ltd .*\n! the screen is locked: not counted/);
  setLocked(false);
  expect(await until(({ state }) => state === "tracking")).toMatchObject({ memo: "the parser", failure: null });
  await snapshotOf("stop");
});

test("a declared mode is told, and stands in the segment's record", async () => {
  await snapshotOf("start", "--contract", "acme ltd");
  const unknown = await track("mode", "sleeping");
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/working, call, reading, whiteboard/)]);
  expect(await snapshotOf("mode", "call")).toMatchObject({ state: "tracking", mode: "call" });
  expect((await track("status")).stdout).toMatch(/^● tracking for Acme Ltd \(call\) since/);
  const seen = await until(({ contracts }) =>
    contracts.some(({ modes }) => modes.some((one) => one.usedMinutes >= 10)),
  );
  expect(seen.contracts.flatMap(({ modes }) => modes).find(({ usedMinutes }) => usedMinutes > 0)?.mode).toBe("call");
  expect(await snapshotOf("stop")).toMatchObject({ mode: null });
  expect((await track("status")).stdout).toMatch(/^ {4}call without input: .* of 10 h 00 min this week$/m);
});

describe("its page", () => {
  const FLAGS = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
  /** Of a machine that reads a screen meanwhile. */
  const STEP_MS = 100_000;
  let browser: Browser;

  beforeAll(async () => {
    const flags = isRoot ? [...FLAGS, "--no-sandbox"] : FLAGS;
    browser = await chromium.launch({ executablePath: CHROMIUM, args: flags });
  });
  afterAll(() => browser?.close());
  // Each begins with a tracker that is stopped, whatever the one before came to.
  afterEach(async () => void (await track("stop")));

  const link = async (): Promise<string> => {
    const outcome = await track("open", "--no-browser");
    return /^http:\/\/127\.0\.0\.1:\d+\/#\S+$/m.exec(outcome.stdout)?.[0] ?? expect.fail(outcome.stderr);
  };

  const visit = async (url: string, colorScheme: "light" | "dark" = "light", width = 1_000) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(STEP_MS);
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(url);
    return { page, errors, close: () => context.close() };
  };

  test("starts, pauses, resumes, switches and stops, by the keyboard alone, and says so in its title", async () => {
    const url = await link();
    const { page, errors, close } = await visit(url);
    const state = page.locator("#state");
    await page.getByRole("button", { name: "Start" }).waitFor();
    expect(await state.textContent()).toMatch(/^Stopped/);
    // The token is gone from the address; a reload goes on with the session.
    expect(page.url()).toBe(new URL("/", url).href);
    await page.reload();
    await page.getByLabel("Contract").selectOption({ label: "Acme Ltd" });
    await page.getByLabel("What you work on").fill("<img src=x onerror=alert(1)>");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator('#state[data-state="tracking"]').waitFor();
    await page.getByText("Tracking for Acme Ltd since").waitFor();
    expect(await page.title()).toBe("● Tracking – Acme Ltd – Underseal");
    expect(await page.locator("#memo-shown").textContent()).toBe("Working on: <img src=x onerror=alert(1)>");
    expect(await snapshotOf("status")).toMatchObject({ state: "tracking", memo: "<img src=x onerror=alert(1)>" });
    await page.getByRole("button", { name: "Call" }).press("Enter");
    await page.locator('[data-mode="call"][aria-pressed="true"]').waitFor();
    expect(await snapshotOf("status")).toMatchObject({ state: "tracking", mode: "call" });
    await page.getByRole("button", { name: "Pause" }).press("Space");
    await page.locator('#state[data-state="paused"]').waitFor();
    await page.getByRole("button", { name: "Resume" }).press("Space");
    await page.getByText("Tracking for Acme Ltd since").waitFor();
    await page.getByLabel("Contract").selectOption({ label: "<b>Globex</b>" });
    await page.getByRole("button", { name: "Switch to this contract" }).press("Enter");
    await page.getByText("Tracking for <b>Globex</b> since").waitFor();
    expect(await page.getByRole("button", { name: "Switch to this contract" }).isVisible()).toBe(false);
    expect(await page.locator("#coming").isVisible()).toBe(false);
    expect(await snapshotOf("status")).toMatchObject({ contract: { contract: globex.contractId }, memo: "" });
    await page.locator("#captures li").first().waitFor();
    expect(await page.locator("#captures li").first().textContent()).toMatch(/\d+ % withheld/);
    await page.getByRole("button", { name: "Stop" }).press("Enter");
    await page.locator('#state[data-state="stopped"]').waitFor();
    expect(await page.locator("img, b").count()).toBe(0);
    expect(errors).toEqual([]);
    await close();

    const stolen = await visit(url);
    await stolen.page.getByText("To open this page, run: underseal track open").waitFor();
    expect(await stolen.page.locator("#work").isVisible()).toBe(false);
    await stolen.close();
  });

  test.each([
    ["light", 1_000],
    ["dark", 1_000],
    ["light", 360],
  ] as const)("is without fault for axe, in %s and %d px wide", async (colorScheme, width) => {
    const { page, close } = await visit(await link(), colorScheme, width);
    for (const name of ["Start", "Pause"]) {
      await page.getByRole("button", { name }).waitFor();
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
      expect(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`))).toEqual([]);
      expect(
        Number(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")),
      ).toBeLessThanOrEqual(0);
      if (name === "Start") await page.getByRole("button", { name }).click();
      if (SHOTS_DIR !== undefined) {
        await page.screenshot({
          path: path.join(SHOTS_DIR, `tracker-${colorScheme}-${width}-${name}.png`),
          fullPage: true,
        });
      }
    }
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Start" }).waitFor();
    await close();
  });
});

test("a full disk ends the run with its reason, and leaves a tracker that starts again once there is room", async (context) => {
  if (!isSmallDisk) return context.skip("a small disk takes root and the right to mount");
  await snapshotOf("start", "--contract", "acme ltd");
  const ballast = path.join(stateDir, "ballast");
  fill(ballast);
  const failed = await until(({ state }) => state === "stopped");
  expect(failed.failure?.message).toMatch(/^the disk is full: what was accepted until now is kept/);
  expect((await track("status")).stdout).toMatch(/^○ stopped .*\n! the disk is full/);
  rmSync(ballast);
  const again = await snapshotOf("start", "--contract", "acme ltd");
  expect(again).toMatchObject({ state: "tracking", failure: null });
  expect(await snapshotOf("stop")).toMatchObject({ state: "stopped" });
  daemon.child.kill("SIGTERM");
  expect(await daemon.ended).toBe(0);
  expect(readRuns().filter(({ isEnded }) => !isEnded)).toEqual([]);
});

const fill = (file: string): void => {
  for (const bytes of [1 << 20, 1 << 12, 1]) {
    try {
      for (;;) writeFileSync(file, new Uint8Array(bytes), { flag: "a" });
    } catch (cause) {
      if (!(cause instanceof Error && "code" in cause && cause.code === "ENOSPC")) throw cause;
    }
  }
};
