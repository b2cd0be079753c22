// The review's page in a real browser, over the daemon's server, on captures in a real vault: by mouse and keyboard,
// until what was decided there has left, and nothing else.
import path from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { DAY_MS, redact } from "@underseal/foundation";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { authorizationOf } from "../src/loopback/owner-secret.ts";
import { startLoopback } from "../src/loopback/server.ts";
import { unwrap } from "./desktop.ts";
import { random, temporaryFolder } from "./outbox-world.ts";
import { startTestResident } from "./resident.ts";
import { COLUMNS, openReviewWorld, UNDO_MS } from "./review-world.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const CHROMIUM = "/usr/bin/chromium";
const isRoot = process.getuid?.() === 0;
// Set to keep pictures of the page, for looking at them.
const SHOTS_DIR = process.env.UNDERSEAL_SHOTS;

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: CHROMIUM, args: isRoot ? ["--no-sandbox"] : [] });
});
afterAll(() => browser?.close());

/** Everything that runs for one test, ended with it. */
const startReview = async () => {
  const running = new AsyncDisposableStack();
  const folder = running.use(temporaryFolder());
  const world = await openReviewWorld(folder.path);
  running.defer(world.close);
  const { resident, clock } = await startTestResident(folder.path);
  running.defer(async () => void (await resident.close()));
  const secret = redact(random.bytes(32));
  const daemon = { ...resident.daemon, reviews: world.reviews };
  // The page is opened by its address here.
  const launchFile = { expect: () => {}, forget: async () => {} };
  const loopback = unwrap(await startLoopback({ daemon, clock, random, launchFile, secret, port: 0 }));
  running.defer(loopback.stop);
  const origin = `http://127.0.0.1:${loopback.port}`;
  const visit = async (options: { readonly width?: number; readonly colorScheme?: "light" | "dark" } = {}) => {
    const { width = 1_200, colorScheme = "light" } = options;
    const headers = { authorization: authorizationOf(secret), origin, "content-type": "application/json" };
    const launched = await fetch(`${origin}/launch`, { method: "POST", headers, body: "{}" });
    const { token } = (await launched.json()) as { readonly token: string };
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    running.defer(() => context.close());
    const page = await context.newPage();
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${origin}/review#${token}`);
    return { page, errors };
  };
  return { world, visit, origin, [Symbol.asyncDispose]: () => running.disposeAsync() };
};

const choose = async (page: Page, index: number): Promise<void> => {
  await page.locator("button.capture").nth(index).click();
  await untilOpen(page, index);
};

const untilOpen = async (page: Page, index: number): Promise<void> => {
  await page.locator(`li:nth-child(${index + 1}) > button.capture[aria-current="true"]`).waitFor();
  await page.locator('#picture[aria-busy="false"]').waitFor();
};

/** Colour in the middle of a tile, as the canvas shows it. */
const colourOf = async (page: Page, tile: number): Promise<readonly number[]> => {
  const [x, y] = [(tile % COLUMNS) * 64 + 32, Math.floor(tile / COLUMNS) * 64 + 32];
  const look = `[...document.querySelector("canvas").getContext("2d").getImageData(${x}, ${y}, 1, 1).data]`;
  return (await page.evaluate<number[]>(look)).slice(0, 3);
};

const drag = async (page: Page, from: number, to: number): Promise<void> => {
  await page.locator("#picture").scrollIntoViewIfNeeded();
  const box = await page.locator("#picture").boundingBox();
  if (box === null) return expect.fail("the picture is there");
  const middle = (tile: number) =>
    [
      box.x + (((tile % COLUMNS) + 0.5) * box.width) / COLUMNS,
      box.y + ((Math.floor(tile / COLUMNS) + 0.5) * box.height) / 6,
    ] as const;
  await page.mouse.move(...middle(from));
  await page.mouse.down();
  await page.mouse.move(...middle(to));
  await page.mouse.up();
};

test("by mouse: what was hidden, shown and confirmed is what leaves after the approval", async () => {
  await using review = await startReview();
  const { world } = review;
  const [capture = ""] = await world.take([{ reasons: { 0: "name", 5: "password", 7: "picture" }, masked: [40] }]);
  const { page, errors } = await review.visit();
  expect(page.url()).toBe(`${review.origin}/review`);
  await page.getByText("1 picture waits.").waitFor();
  await choose(page, 0);
  // Under what is hidden the owner still sees it; under what was never captured is nothing.
  expect(await colourOf(page, 1)).toEqual([1, 2, 200]);
  expect((await colourOf(page, 0))[2]).toBeGreaterThan(60);
  expect(await page.locator("#parcel").textContent()).toContain("44 fields of the picture");
  await page.getByText(/and your memo \(\d+ (bytes|kB)\)/).waitFor();

  await drag(page, 17, 26);
  expect(await page.locator("#marked").textContent()).toBe("4 fields are marked, from column 2, row 3. 4 shown.");
  await page.getByRole("button", { name: "Hide the marked part" }).click();
  await page.getByText("4 hidden by you").waitFor();

  await drag(page, 0, 7);
  expect(await page.locator("#marked").textContent()).toContain("it looks like a photo or a video");
  await page.getByRole("button", { name: "Show the marked part" }).click();
  await page.getByText("1 marked field is hidden for a grave reason: it looks like a password.").waitFor();
  await page.getByRole("button", { name: "Keep it hidden" }).click();
  expect(unwrap(world.reviews.find(capture)).tiles[0]?.state).toBe("redacted");
  await page.getByRole("button", { name: "Show the marked part" }).click();
  await page.getByRole("button", { name: "Show it to my client" }).click();
  await page.getByText("7 shown. 1 hidden").waitFor();

  await drag(page, 7, 7);
  await page.getByRole("button", { name: "Show the marked part" }).click();
  await page.getByText("the contract withholds this kind of thing").waitFor();
  await drag(page, 40, 40);
  expect(await page.locator("#marked").textContent()).toContain("1 never captured.");

  await page.getByLabel("As your client will see it").check();
  expect(await colourOf(page, 7)).toEqual([0, 0, 0]);
  await page.getByRole("button", { name: "Approve", exact: true }).click();
  await page.getByText("approved, sent in a moment").first().waitFor();
  world.clock.advance(UNDO_MS);
  await world.disclose();
  const [sent] = await world.sent();
  const hidden = [7, 17, 18, 25, 26];
  const expected = Array.from({ length: 48 }, (_, tile) => (tile === 40 ? "m" : hidden.includes(tile) ? "#" : "."));
  expect(sent?.marks).toBe(expected.join(""));
  await page.getByText("No picture waits.").waitFor();
  expect(errors).toEqual([
    expect.stringContaining("409"), // What the contract withholds was asked for.
  ]);
});

test("by the keyboard alone: marks, hides, goes on, drops, takes back", async () => {
  await using review = await startReview();
  const { world } = review;
  const [first = "", second = ""] = await world.take([{ reasons: { 0: "name" } }, { minute: 12 }]);
  const { page, errors } = await review.visit();
  await page.getByText("2 pictures wait.").waitFor();
  // What somebody typed for another page does nothing here.
  await page.keyboard.type("nanada");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("n");
  await untilOpen(page, 0);
  expect([first, second].map((name) => unwrap(world.reviews.find(name)).state)).toEqual(["waiting", "waiting"]);
  await page.locator("#picture").focus();
  for (let row = 1; row <= 3; row += 1) await page.keyboard.press("ArrowDown");
  expect(await page.locator("#marked").textContent()).toBe("1 field is marked, from column 1, row 3. 1 shown.");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("h");
  await page.getByText("2 hidden by you").waitFor();
  expect(unwrap(world.reviews.find(first)).shares.redacted).toBe(3);
  await page.getByRole("button", { name: "Hide it in the whole day" }).press("Enter");
  await expect.poll(() => unwrap(world.reviews.find(second)).shares.redacted).toBe(2);
  await page.keyboard.press("n");
  await untilOpen(page, 1);
  await page.keyboard.press("d");
  await page.getByText("dropped, destroyed in a moment").first().waitFor();
  expect(unwrap(world.reviews.find(second)).state).toBe("dropped");
  await page.keyboard.press("u");
  await expect.poll(() => unwrap(world.reviews.find(second)).state).toBe("waiting");
  await page.getByRole("button", { name: "Approve 2 pictures of this day" }).press("Enter");
  await expect
    .poll(() => [first, second].map((name) => unwrap(world.reviews.find(name)).state))
    .toEqual(["approved", "approved"]);
  expect(errors).toEqual([]);
});

test("an answer that comes when another picture is open changes nothing there", async () => {
  await using review = await startReview();
  const { world } = review;
  const [first = "", second = ""] = await world.take([
    { reasons: { 0: "name" } },
    { reasons: { 9: "password" }, minute: 12 },
  ]);
  const { page } = await review.visit();
  await page.getByText("2 pictures wait.").waitFor();
  await choose(page, 0);
  await drag(page, 20, 20);
  const late = Promise.withResolvers<void>();
  await page.route("**/reviews/edit", async (route) => {
    await late.promise;
    await route.continue();
  });
  await page.getByRole("button", { name: "Hide the marked part" }).click();
  await choose(page, 1);
  late.resolve();
  await expect.poll(() => unwrap(world.reviews.find(first)).shares.redacted).toBe(2);
  // The list knows it, so the answer has come.
  await page.getByText("changed by you").waitFor();
  await page.locator('li:nth-child(2) > button.capture[aria-current="true"]').waitFor();
  expect(await colourOf(page, 1)).toEqual([2, 2, 200]);
  await drag(page, 9, 9);
  expect(await page.locator("#marked").textContent()).toContain("1 hidden: it looks like a password.");
  await page.getByRole("button", { name: "Drop the picture" }).click();
  await expect.poll(() => unwrap(world.reviews.find(second)).state).toBe("dropped");
  expect(unwrap(world.reviews.find(first)).state).toBe("waiting");
});

test("says a day before what is sent by itself, and what is gone", async () => {
  await using review = await startReview();
  const { world } = review;
  const [capture = ""] = await world.take([{}]);
  const { deadlineMs } = unwrap(world.reviews.find(capture));
  world.clock.set(deadlineMs - DAY_MS);
  const { page } = await review.visit();
  await page.getByText("1 picture waits. 1 is sent within a day, whether you looked or not.").waitFor();
  await choose(page, 0);
  unwrap(world.reviews.drop(capture));
  world.clock.advance(UNDO_MS);
  await world.disclose();
  await page.getByText("dropped, its picture is destroyed").waitFor();
  expect(await page.getByRole("button", { name: "Undo" }).isDisabled()).toBe(true);
});

test.each([
  ["light", 1_200],
  ["dark", 1_200],
  ["light", 360],
] as const)("is without fault for axe, in %s and %d px wide", async (colorScheme, width) => {
  await using review = await startReview();
  await review.world.take([{ reasons: { 3: "password", 4: "name", 12: "unread" }, masked: [40, 41] }, { minute: 12 }]);
  const { page } = await review.visit({ colorScheme, width });
  await page.getByText("2 pictures wait.").waitFor();
  // Five of 48 fields.
  await page.getByText("11 % hidden").waitFor();
  await choose(page, 0);
  await drag(page, 3, 12);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target}`))).toEqual([]);
  expect(Number(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))).toBeLessThanOrEqual(
    0,
  );
  if (SHOTS_DIR !== undefined) {
    await page.screenshot({ path: path.join(SHOTS_DIR, `review-${colorScheme}-${width}.png`), fullPage: true });
  }
});
