// Step 5: the client's own browser, driven as a person would: sign in, unlock with the 24 words, look at the week.
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
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
  readonly profileDir: string;
  readonly signal: AbortSignal;
}

export interface ShownDiary {
  /** Captures that the page decrypted and verified. */
  readonly verified: number;
  readonly files: readonly string[];
}

const STEP_MS = 30_000;
const VERIFY_MS = 60_000;
const VIEWPORT = { width: 1280, height: 1000 };

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const readDiary = async (visit: DiaryVisit): Promise<ShownDiary> => {
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...FLAGS, ...sandbox] });
  const stop = () => void browser.close();
  visit.signal.addEventListener("abort", stop, { once: true });
  try {
    return await visitDiary(browser, visit);
  } finally {
    visit.signal.removeEventListener("abort", stop);
    await browser.close();
  }
};
