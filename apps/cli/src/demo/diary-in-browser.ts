// Step 5: the client's own browser, driven as a person would: sign in, unlock with the 24 words, look at the week.
import path from "node:path";
import { chromium, type Page } from "playwright-core";
import { DemoError } from "./session.ts";

export interface DiaryVisit {
  readonly baseUrl: string;
  readonly email: string;
  readonly password: string;
  readonly recoveryCode: string;
  readonly contractId: string;
  /** The date of the week's Monday. */
  readonly week: string;
  /** The segment to look at. */
  readonly slot: number;
  readonly outDir: string;
  readonly signal: AbortSignal;
}

export interface ShownDiary {
  /** Captures that the page decrypted and verified. */
  readonly verified: number;
  /** From asking for a segment's page to its verified picture. */
  readonly openedInMs: number;
  readonly files: readonly string[];
}

const STEP_MS = 30_000;
const VERIFY_MS = 90_000;
const VIEWPORT = { width: 1280, height: 900 };

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Looks at the diary and at one segment in headless Chromium, and saves a picture of each. */
export const readDiary = async (visit: DiaryVisit): Promise<ShownDiary> => {
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...FLAGS, ...sandbox] });
  const stop = () => void browser.close();
  visit.signal.addEventListener("abort", stop, { once: true });
  try {
    const context = await browser.newContext({ viewport: VIEWPORT, colorScheme: "light" });
    const page = await context.newPage();
    page.setDefaultTimeout(STEP_MS);
    const complaints = watchComplaints(page);
    await signIn(page, visit);
    const diary = await showDiary(page, visit);
    const segment = await showSegment(page, visit);
    if (complaints.length > 0) throw new DemoError(`the page complained: ${complaints.join("; ")}`);
    return { verified: diary.verified, openedInMs: segment.openedInMs, files: [diary.file, segment.file] };
  } finally {
    visit.signal.removeEventListener("abort", stop);
    await browser.close();
  }
};

/** Errors of the page's own scripts, and everything the console calls an error. */
const watchComplaints = (page: Page): string[] => {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  return complaints;
};

const signIn = async (page: Page, visit: DiaryVisit): Promise<void> => {
  // The address that was wanted is kept through signing in and unlocking.
  await page.goto(`${visit.baseUrl}/contracts/${visit.contractId}/diary?week=${visit.week}`);
  await page.getByTestId("sign-in-form").waitFor();
  await page.locator('input[name="email"]').fill(visit.email);
  await page.locator('input[name="password"]').fill(visit.password);
  await page.keyboard.press("Enter");
  await page.getByTestId("unlock-form").waitFor();
  await page.locator('textarea[name="words"]').fill(visit.recoveryCode);
  await page.getByTestId("unlock-form").locator('button[type="submit"]').click();
};

const showDiary = async (page: Page, visit: DiaryVisit) => {
  const diary = page.getByTestId("diary");
  await diary.waitFor();
  const all = page.getByTestId("verify-all");
  if (await all.isVisible()) await all.click();
  await page.locator('[data-testid="diary"]:not([data-state="sealed"])').waitFor({ timeout: VERIFY_MS });
  if ((await diary.getAttribute("data-state")) !== "verified") throw new DemoError("the diary shows a failed capture");
  const file = path.join(visit.outDir, "diary.png");
  await page.screenshot({ path: file, fullPage: true });
  return { verified: Number(await diary.getAttribute("data-verified")), file };
};

const showSegment = async (page: Page, visit: DiaryVisit) => {
  const startedMs = performance.now();
  await page.goto(`${visit.baseUrl}/contracts/${visit.contractId}/segments/${visit.slot}`);
  const settled = page.locator('[data-testid="capture"]:is([data-state="verified"], [data-state="failed"])');
  await settled.waitFor({ timeout: VERIFY_MS });
  const openedInMs = performance.now() - startedMs;
  const state = await page.getByTestId("capture").getAttribute("data-state");
  if (state !== "verified") throw new DemoError(`the segment's capture is ${state}`);
  const file = path.join(visit.outDir, "segment.png");
  await page.screenshot({ path: file, fullPage: true });
  return { openedInMs, file };
};
