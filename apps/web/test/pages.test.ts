// The built pages in a real browser, over fixtures that the real evidence code made.
import { existsSync } from "node:fs";
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { isSignedBy, readStatement, weekRootOf } from "@underseal/evidence";
import { base64UrlToBytes, bytesToBase64Url, dateOf, slotStartMs, WEEK_MS } from "@underseal/foundation";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkNames } from "../src/workers/checks.ts";
import { CONTRACT_ID } from "./fixture/contract.ts";
import { startFixtureServer } from "./fixture/http.ts";
import { PASSWORD, type TestPerson } from "./fixture/people.ts";
import { NOW_MS, WEEK_START_MS } from "./fixture/plan.ts";
import { routesOf } from "./fixture/routes.ts";
import { createWorld, type World } from "./fixture/world.ts";

const DIST_DIR = path.join(import.meta.dirname, "../dist");
const CHROMIUM = "/usr/bin/chromium";
const isReady = existsSync(path.join(DIST_DIR, "index.html")) && existsSync(CHROMIUM);
const isSlow = process.env.SLOW === "1";
// Set to keep pictures of every page, for looking at them.
const SHOTS_DIR = process.env.UNDERSEAL_SHOTS;

const STEP_TIMEOUT_MS = 15_000;

const FLAGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

let world: World;
let server: Awaited<ReturnType<typeof startFixtureServer>>;
let browser: Browser;

interface Visit {
  readonly page: Page;
  readonly consoleErrors: readonly string[];
  readonly close: () => Promise<void>;
}

interface Look {
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
}

const visit = async ({ colorScheme = "light", width = 1280 }: Look = {}): Promise<Visit> => {
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 860 }, reducedMotion: "reduce" });
  const page = await context.newPage();
  page.setDefaultTimeout(STEP_TIMEOUT_MS);
  const consoleErrors: string[] = [];
  page.on("console", (message) => message.type() === "error" && consoleErrors.push(message.text()));
  page.on("pageerror", (error) => consoleErrors.push(error.message));
  return { page, consoleErrors, close: () => context.close() };
};

const signIn = async (page: Page, person: TestPerson, target = "/", url = server.url): Promise<void> => {
  await page.goto(url + target);
  await page.getByLabel("E-mail address").fill(person.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Recovery code").fill(person.words);
  await page.getByRole("button", { name: "Unlock" }).click();
  await page.getByTestId("unlock-form").waitFor({ state: "detached" });
};

const bytesOf = (text: string): Uint8Array => base64UrlToBytes(text) ?? new Uint8Array();

/** What the client's pages have sent so far. */
const acknowledged = () =>
  world.posted.acknowledgements.flatMap((envelope) => {
    const read = readStatement(envelope, "acknowledgement");
    return read.ok && isSignedBy(read.value, [world.client.keys.signing.publicKey]) ? [read.value.body] : [];
  });

const diaryPath = `/contracts/${CONTRACT_ID}/diary`;

const segmentPath = (i: number): string => `/contracts/${CONTRACT_ID}/segments/${world.plans[i]?.slot}`;

/** Faults that axe finds, by rule and place; the page must fit its window too. */
const faultsOf = async (page: Page): Promise<string[]> => {
  // In the page itself, since it has no frames, and without a list of everything that is well: both cost seconds.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const { violations } = await axe.analyze();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  return overflow > 0 ? [...found, `the page is ${overflow} px wider than its window`] : found;
};

const shoot = async (page: Page, name: string): Promise<void> => {
  if (SHOTS_DIR !== undefined) await page.screenshot({ path: path.join(SHOTS_DIR, `${name}.png`), fullPage: true });
};

beforeAll(async () => {
  if (!isReady) return;
  world = await createWorld();
  server = await startFixtureServer(routesOf(world), DIST_DIR);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

// Without a built app or Chromium there is nothing to look at; `npm test` builds first.
describe.skipIf(!isReady)("the web app", () => {
  it("signs in, unlocks with 24 words, and verifies every picture of the week", async () => {
    const { page, consoleErrors, close } = await visit();
    await signIn(page, world.client, diaryPath);
    await page.getByTestId("verify-all").click();
    await page.locator('[data-testid="diary"][data-state="verified"]').waitFor();
    const diary = page.getByTestId("diary");
    expect(await diary.getAttribute("data-verified")).toBe(String(world.contract.blobs.size));
    expect(await page.locator('[data-testid="picture"][data-state="verified"]').count()).toBe(
      world.contract.blobs.size,
    );
    expect(consoleErrors).toEqual([]);
    await close();
  });

  it("asks for the words once: after a reload the diary is open", async () => {
    const { page, close } = await visit();
    await signIn(page, world.client, diaryPath);
    await page.reload();
    await page.getByTestId("diary").waitFor();
    await close();
  });

  it("does not unlock with another person's words", async () => {
    const { page, close } = await visit();
    await page.goto(`${server.url}/`);
    await page.getByLabel("E-mail address").fill(world.client.email);
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("Recovery code").fill(world.freelancer.words);
    await page.getByRole("button", { name: "Unlock" }).click();
    await page.getByTestId("unlock-error").waitFor();
    await close();
  });

  it("shows a segment with its checks, and moves by keyboard", async () => {
    const { page, consoleErrors, close } = await visit();
    await signIn(page, world.client, segmentPath(0));
    await page.locator('[data-testid="capture"][data-state="verified"]').waitFor();
    expect(await page.locator('[data-check][data-state="passed"]').count()).toBe(checkNames.length);
    await page.keyboard.press("ArrowRight");
    await page.waitForURL(/capture=2/);
    await page.keyboard.press("j");
    await page.waitForURL(new RegExp(`segments/${world.plans[1]?.slot}`));
    await page.keyboard.press("k");
    await page.waitForURL(new RegExp(`segments/${world.plans[0]?.slot}`));
    await page.keyboard.press("Escape");
    await page.waitForURL(/\/diary\?week=/);
    expect(consoleErrors).toEqual([]);
    await close();
  });

  it("says why the tracker withheld more than the terms ask for, and says nothing where it did not", async () => {
    const { page, close } = await visit();
    await signIn(page, world.client, segmentPath(2));
    const sentenceAt = async (i: number) => {
      await page.goto(server.url + segmentPath(i));
      await page.locator('[data-testid="capture"][data-state="verified"]').waitFor();
      return page.getByTestId("fallback").allTextContents();
    };
    expect(await sentenceAt(2)).toEqual(["The whole picture is withheld: reading it took too much memory."]);
    await shoot(page, "segment-fallback");
    expect(await faultsOf(page)).toEqual([]);
    expect(await sentenceAt(3)).toEqual(["All text is withheld: reading it took too long."]);
    expect(await sentenceAt(0)).toEqual([]);
    await close();
  });

  it("draws nothing of a picture that was tampered with, and says which check failed", async () => {
    const { page, close } = await visit();
    const [digest = ""] = world.contract.blobs.keys();
    world.tampered.add(digest);
    await signIn(page, world.client, segmentPath(0));
    await page.getByTestId("fault").waitFor();
    expect(await page.getByTestId("fault").textContent()).toContain("DIGEST");
    expect(await page.locator("canvas").count()).toBe(0);
    await shoot(page, "segment-tampered");
    world.tampered.clear();
    await close();
  });

  it("makes an account's keys in the browser and asks three words back", async () => {
    const { page, consoleErrors, close } = await visit();
    await page.goto(`${server.url}/sign-up`);
    await page.getByLabel("Name").fill("Noor Haddad");
    await page.getByLabel("E-mail address").fill("noor@example.test");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.getByRole("radio", { name: "Freelancer" }).click();
    await shoot(page, "sign-up");
    await page.getByRole("button", { name: "Next: your keys" }).click();
    await page.getByTestId("recovery-words").waitFor();
    const words = (await page.getByTestId("recovery-words").locator("[data-word]").allTextContents()).map((w) =>
      w.trim(),
    );
    expect(words).toHaveLength(24);
    expect(await faultsOf(page)).toEqual([]);
    await shoot(page, "keys");
    await page.getByLabel("I have written down all 24 words").check();
    await page.getByRole("button", { name: "Next" }).click();
    for (const field of await page.locator("[data-place]").all()) {
      await field.fill(words[Number(await field.getAttribute("data-place")) - 1] ?? "");
    }
    await page.getByRole("button", { name: "Finish" }).click();
    await page.getByText("No contracts yet.").waitFor();
    expect(consoleErrors).toEqual([]);
    await close();
  });

  // The other two of the four add half a minute and have never found anything that these did not.
  const looks: readonly Required<Look>[] = [
    { colorScheme: "light", width: 1280 },
    { colorScheme: "dark", width: 360 },
    ...(isSlow
      ? ([
          { colorScheme: "dark", width: 1280 },
          { colorScheme: "light", width: 360 },
        ] as const)
      : []),
  ];

  it.each(looks)(
    "is clean for axe and fits its window ($colorScheme, $width px)",
    async (look) => {
      const { page, consoleErrors, close } = await visit(look);
      const name = (path: string) => `${path}-${look.colorScheme}-${look.width}`;
      await page.goto(`${server.url}/sign-in`);
      await page.getByTestId("sign-in-form").waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await shoot(page, name("sign-in"));
      await signIn(page, world.client);
      const pages: readonly (readonly [string, string, string])[] = [
        ["contracts", "/", '[data-testid="contract-card"]'],
        ["new-contract", "/contracts/new", '[data-testid="new-contract"]'],
        ["contract", `/contracts/${CONTRACT_ID}`, '[data-testid="phrase-words"]'],
        ["diary", diaryPath, '[data-testid="diary"]'],
        ["segment", segmentPath(0), '[data-testid="capture"][data-state="verified"]'],
        ["money", `/contracts/${CONTRACT_ID}/money`, '[data-testid="invoice"]'],
      ];
      for (const [shot, target, landmark] of pages) {
        await page.goto(server.url + target);
        await page.locator(landmark).waitFor();
        if (shot === "diary") {
          await page.getByTestId("verify-all").click();
          await page.locator('[data-testid="diary"][data-state="verified"]').waitFor();
        }
        expect.soft(await faultsOf(page), shot).toEqual([]);
        await shoot(page, name(shot));
      }
      expect(consoleErrors).toEqual([]);
      await close();
    },
    90_000,
  );

  it("leads the freelancer's diary with what to do", async () => {
    const { page, close } = await visit();
    await signIn(page, world.freelancer, diaryPath);
    await page.getByTestId("to-do").waitFor();
    expect(await page.getByTestId("to-do").textContent()).toContain("Ask the client to fund the deposit.");
    await page.getByTestId("verify-all").click();
    await page.locator('[data-testid="diary"][data-state="verified"]').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await shoot(page, "diary-freelancer");
    await page.goto(`${server.url}/contracts/${CONTRACT_ID}`);
    await page.getByRole("button", { name: "Make a code for a new tracker" }).click();
    await page.getByTestId("enrolment-code").waitFor();
    await shoot(page, "contract-freelancer");
    await close();
  });

  it("acknowledges what the client opened, once for each disclosure, and complains about what fails", async () => {
    world.posted.acknowledgements.length = 0;
    const { page, close } = await visit();
    await signIn(page, world.client, diaryPath);
    await page.getByTestId("verify-all").click();
    await page.locator('[data-testid="diary"][data-state="verified"]').waitFor();
    await page.goto(`${server.url}${segmentPath(0)}`);
    await page.locator('[data-testid="capture"][data-state="verified"]').waitFor();
    await expect.poll(() => acknowledged().length).toBeGreaterThanOrEqual(world.contract.blobs.size);
    const verdicts = acknowledged();
    expect(new Set(verdicts.map(({ disclosure }) => disclosure)).size).toBe(world.contract.blobs.size);
    expect(verdicts.every(({ verdict }) => verdict === "ok")).toBe(true);
    const [digest = ""] = world.contract.blobs.keys();
    world.tampered.add(digest);
    await page.goto(`${server.url}${segmentPath(0)}`);
    await page.getByTestId("fault").waitFor();
    await expect.poll(() => acknowledged().at(-1)?.verdict).toBe("MISSING");
    world.tampered.clear();
    await close();
  });

  it("lets the freelancer check and sign the week, and says so afterwards", async () => {
    const { page, consoleErrors, close } = await visit({ width: 360 });
    world.clock.nowMs = WEEK_START_MS + WEEK_MS;
    await signIn(page, world.freelancer, `${diaryPath}?week=${dateOf(WEEK_START_MS)}`);
    await page.getByRole("button", { name: "Check the week's records" }).click();
    await page.getByTestId("week-tree").waitFor();
    expect(await page.getByTestId("week-tree").textContent()).toContain(
      `${world.contract.records.length} of them were checked`,
    );
    expect(await faultsOf(page)).toEqual([]);
    await shoot(page, "week-statement-360");
    await page.getByRole("button", { name: "Sign the week" }).click();
    await page.locator('[data-testid="week-statement-state"][data-state="freelancer"]').waitFor();
    const signed = readStatement(world.posted.week, "week");
    expect(signed.ok && isSignedBy(signed.value, [world.freelancer.keys.signing.publicKey])).toBe(true);
    const listed = world.contract.listed().map((record) => ({ ...record, hash: bytesOf(record.hash) }));
    expect(signed.ok && signed.value.body).toMatchObject({
      records: listed.length,
      root: bytesToBase64Url(weekRootOf(listed)),
    });
    world.posted.week = null;
    world.clock.nowMs = NOW_MS;
    // There was none before it was signed.
    expect(consoleErrors.filter((text) => !text.includes("404"))).toEqual([]);
    await close();
  });

  it("compares the public log with what the tracker saw of it", async () => {
    const { page, close } = await visit();
    await signIn(page, world.client, segmentPath(1));
    await page.locator('[data-testid="log-view"][data-state="consistent"]').waitFor();
    expect(await page.getByTestId("log-alarm").count()).toBe(0);
    await close();
  });

  it("shows times in UTC whatever the browser's time zone is", async () => {
    const context = await browser.newContext({ timezoneId: "Asia/Tokyo" });
    const page = await context.newPage();
    await signIn(page, world.client, segmentPath(0));
    const expected = new Date(slotStartMs(world.plans[0]?.slot ?? 0)).toISOString().slice(11, 16);
    await page.getByRole("heading", { level: 1, name: new RegExp(`^${expected}`) }).waitFor();
    await context.close();
  });
});

describe.skipIf(!isReady)("a platform that showed the tracker another log than the public one", () => {
  it("is caught: an alarm that stays, with both signed notes, and the pictures all the same", async () => {
    const forked = await createWorld({ isForked: true });
    const platform = await startFixtureServer(routesOf(forked), DIST_DIR);
    const context = await browser.newContext({ viewport: { width: 360, height: 860 }, reducedMotion: "reduce" });
    const page = await context.newPage();
    page.setDefaultTimeout(STEP_TIMEOUT_MS);
    await signIn(page, forked.client, segmentPath(0), platform.url);
    const alarm = page.getByRole("alert").filter({ hasText: "two stories" }).first();
    await alarm.waitFor();
    await page.locator('[data-testid="capture"][data-state="verified"]').waitFor();
    await page.locator('[data-testid="log-view"][data-state="alarm"]').waitFor();
    const notes = await alarm
      .locator("a[download]")
      .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    const origin = "log.example%2Funderseal1";
    expect(notes).toHaveLength(2);
    for (const note of notes) expect(note).toContain(origin);
    const [download] = await Promise.all([page.waitForEvent("download"), alarm.locator("a[download]").first().click()]);
    expect(download.suggestedFilename()).toBe("underseal-log-yours.txt");
    expect(await faultsOf(page)).toEqual([]);
    await shoot(page, "segment-forked-360");
    // On the diary too, and after a restart of the browser's page.
    await page.goto(platform.url + diaryPath);
    await page.getByTestId("diary").waitFor();
    await page.getByRole("alert").filter({ hasText: "two stories" }).first().waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await context.close();
    await platform.stop();
  }, 90_000);
});
