// A freelancer's day, as they live it: enrol, track two clients with different terms on a real screen, look at every
// picture before it is sent, hide more, drop one, send the rest, stop. Then it is asked what left this machine, and what
// both clients can open of it.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { evidenceRoutes } from "@underseal/api";
import { type Envelope, readAnyStatement } from "@underseal/evidence";
import { bytesToBase64Url, dateOf, reveal, weekStartOf } from "@underseal/foundation";
import type { Snapshot } from "@underseal/tracker";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { searchEverything } from "../src/demo/canary-places.ts";
import { readDiary } from "../src/demo/diary-in-browser.ts";
import { agreeOnTerms, createParty, type DemoContract, fundDeposit, type Party } from "../src/demo/parties.ts";
import { must } from "../src/demo/session.ts";
import { type Screen, type Stage, startScreen, startStage } from "../src/demo/stage.ts";
import { enrolTracker } from "../src/demo/tracked-week.ts";
import { type CommandProcess, runCommand, startCommand } from "./support/command-line.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 240_000 });

const CHROMIUM = "/usr/bin/chromium";
const isRoot = process.getuid?.() === 0;
/** Of a machine that reads a screen meanwhile. */
const STEP_MS = 120_000;
const POLL = { timeout: 240_000, interval: 2_500 };
// Set to docs/images to make the pictures of docs/tracker.md.
const SHOTS_DIR = process.env.UNDERSEAL_SHOTS;

const running = new AsyncDisposableStack();
let workDir = "";
let stage: Stage;
let screen: Screen;
let browser: Browser;
let env: Record<string, string> = {};
let acme: DemoContract;
let acmeClient: Party;
let globex: DemoContract;
let globexClient: Party;
let stateDir = "";
let daemon: CommandProcess;

beforeAll(async () => {
  workDir = await mkdtemp(path.join(os.tmpdir(), "underseal-day-"));
  // As root the database runs as another user, who must be able to pass through.
  await chmod(workDir, 0o711);
  running.defer(() => rm(workDir, { recursive: true, force: true, maxRetries: 5 }));
  stage = await startStage(workDir, running);
  const freelancer = await createParty(stage, { name: "Freelancer", kind: "freelancer" });
  acmeClient = await createParty(stage, { name: "Acme Ltd", kind: "client" });
  globexClient = await createParty(stage, { name: "Globex", kind: "client" });
  acme = await agreeOnTerms(stage, { client: acmeClient, freelancer, odds: 20 });
  globex = await agreeOnTerms(stage, { client: globexClient, freelancer, odds: 20, redaction: "structure" });
  await fundDeposit(stage, acmeClient, acme);
  await fundDeposit(stage, globexClient, globex);
  screen = await startScreen(null, { workDir, random: stage.random }, running);
  stateDir = path.join(workDir, "tracker");
  const settings = { serverUrl: stage.baseUrl, stateDir, clock: stage.clockSettings, display: screen.display };
  await enrolTracker(stage, freelancer, settings);
  env = {
    ...{ DISPLAY: screen.display, UNDERSEAL_SERVER: stage.baseUrl, UNDERSEAL_TRACKER_DIR: stateDir },
    UNDERSEAL_DEMO_CLOCK: JSON.stringify(stage.clockSettings),
  };
  daemon = startCommand(["track", "daemon", "--json"], { env });
  running.defer(async () => {
    daemon.child.kill("SIGTERM");
    await daemon.ended;
  });
  await daemon.untilPrinted(/"type":"ready"/);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: isRoot ? ["--no-sandbox"] : [] });
  running.defer(() => browser.close());
});

afterAll(() => running.disposeAsync());

const look = async (): Promise<Snapshot> => {
  const outcome = await runCommand(["track", "status", "--json"], { env, timeoutMs: STEP_MS });
  return JSON.parse(outcome.stdout);
};

const visit = async (): Promise<{ readonly page: Page; readonly errors: readonly string[] }> => {
  const outcome = await runCommand(["track", "open", "--no-browser"], { env, timeoutMs: STEP_MS });
  const url = /^http:\S+$/m.exec(outcome.stdout)?.[0] ?? expect.fail(outcome.stderr);
  const page = await browser.newPage({ viewport: { width: 1_280, height: 900 } });
  page.setDefaultTimeout(STEP_MS);
  const errors: string[] = [];
  // What is refused, for it was sent meanwhile, is no mistake of the page.
  const isMistake = (text: string) => !text.startsWith("Failed to load resource");
  page.on(
    "console",
    (message) => message.type() === "error" && isMistake(message.text()) && errors.push(message.text()),
  );
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(url);
  return { page, errors };
};

const shoot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS_DIR !== undefined) await page.screenshot({ path: path.join(SHOTS_DIR, `${name}.png`), fullPage: true });
};

/** Works on the screen until so many pictures wait; those that a busy machine did not look at in time do not count. */
const workUntil = (client: string, count: number) =>
  expect
    .poll(async () => {
      await screen.work();
      const { captures } = await look();
      return captures.filter(({ clientName, fallback }) => clientName === client && fallback === null).length;
    }, POLL)
    .toBeGreaterThanOrEqual(count);

/** The captures in the tracker's records, and those that a disclosure names. */
const readCaptures = () => {
  const database = new DatabaseSync(path.join(stateDir, "outbox.sqlite"), { readOnly: true });
  const rows = database.prepare("select name, envelope from record where name in ('capture', 'disclosure')").all();
  database.close();
  const records = rows.map(({ envelope }) => readAnyStatement(JSON.parse(String(envelope)) as Envelope));
  const read = records.flatMap((record) => (record.ok ? [record.value] : []));
  return {
    captured: read.flatMap(({ name, hash }) => (name === "capture" ? [bytesToBase64Url(hash)] : [])),
    disclosed: read.flatMap(({ body }) => ("visible" in body && "capture" in body ? [body.capture] : [])),
  };
};

test("a day with two clients, reviewed before anything of it is sent", async () => {
  const { page, errors } = await visit();
  await page.getByLabel("Contract").selectOption({ label: "Acme Ltd" });
  await page.getByLabel("What you work on").fill("the spring campaign");
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByText("Tracking for Acme Ltd since").waitFor();
  await workUntil("Acme Ltd", 2);
  await shoot(page, "tracking");
  await page.getByRole("button", { name: "Stop" }).click();
  await page.locator('#state[data-state="stopped"]').waitFor();
  const ofAcme = (await look()).toReview.waiting;

  await page.getByLabel("Contract").selectOption({ label: "Globex" });
  await page.getByRole("button", { name: "Start" }).click();
  await page.getByText("Tracking for Globex since").waitFor();
  await workUntil("Globex", 1);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.locator('#state[data-state="stopped"]').waitFor();

  const { toReview, captures } = await look();
  expect(captures.filter(({ isDisclosed }) => isDisclosed)).toEqual([]);
  await page.getByRole("link", { name: `Review ${toReview.waiting} pictures` }).click();
  await page.getByText(`${toReview.waiting} pictures wait.`).waitFor();
  const pictures = page.locator("button.capture", { hasText: "Acme Ltd", hasNotText: "100 % hidden" });
  await pictures.first().click();
  await page.locator('#picture[aria-busy="false"]').waitFor();
  // The design's window, which no rule hides.
  await page.locator("#picture").scrollIntoViewIfNeeded();
  const box = (await page.locator("#picture").boundingBox()) ?? expect.fail("the picture is there");
  await page.mouse.move(box.x + box.width * 0.85, box.y + box.height * 0.3);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.92, box.y + box.height * 0.5);
  await page.mouse.up();
  expect(await page.locator("#marked").textContent()).toMatch(/ [1-9]\d* shown\./);
  await page.getByRole("button", { name: "Hide the marked part" }).click();
  await page.getByText(/hidden by you/).waitFor();
  await page.getByText(/and your memo \(\d+ (bytes|kB)\)/).waitFor();
  await shoot(page, "review");
  const edited = await pictures.first().textContent();
  expect(edited).toContain("changed by you");

  const dropped = await pictures.nth(1).getAttribute("data-capture");
  await pictures.nth(1).click();
  await page.locator('#picture[aria-busy="false"]').waitFor();
  await page.getByRole("button", { name: "Drop the picture" }).click();
  await page.getByText("dropped, destroyed in a moment").first().waitFor();
  await page.getByRole("button", { name: `Approve ${toReview.waiting - 1} pictures of this day` }).click();
  await page.getByText("No picture waits.").waitFor();
  await expect.poll(async () => (await look()).waiting, POLL).toEqual({ records: 0, blobs: 0 });
  await expect
    .poll(async () => (await look()).captures.filter(({ isDisclosed }) => isDisclosed).length, POLL)
    .toBe(toReview.waiting - 1);
  expect(errors).toEqual([]);
  daemon.child.kill("SIGTERM");
  expect(await daemon.ended).toBe(0);
  expect(daemon.stdout()).toMatch(/"type":"end","outcome":"sent"/);
  const { captured, disclosed } = readCaptures();
  expect(captured).toHaveLength(toReview.waiting);
  expect(new Set(disclosed)).toEqual(new Set(captured.filter((name) => name !== dropped)));

  const week = dateOf(weekStartOf(stage.clock.now()));
  const shown = [];
  for (const [client, { contractId }] of [
    [acmeClient, acme],
    [globexClient, globex],
  ] as const) {
    const diary = await must(client.session.api, evidenceRoutes.getDiary, { params: { contractId }, query: { week } });
    const seen = await readDiary({
      ...{ baseUrl: stage.baseUrl, email: client.email, password: client.password, contractId, week },
      recoveryCode: reveal(client.recoveryCode),
      slot: diary.segments.find(({ captures: ofSegment }) => ofSegment.length > 0)?.slot ?? 0,
      outDir: workDir,
      signal: new AbortController().signal,
    });
    shown.push(seen.verified);
  }
  expect(shown).toEqual([ofAcme - 1, toReview.waiting - ofAcme]);
  const reports = await searchEverything(stage, { canaries: screen.canaries, control: acmeClient.personId });
  expect(reports.flatMap(({ place, found }) => found.map((word) => `${word} in ${place}`))).toEqual([]);
});
