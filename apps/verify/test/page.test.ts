// The built file as somebody opens it from a disk, in a real browser without a network.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { verificationStages } from "@underseal/verifier";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createWorld, policyOf, SLOT } from "../../../packages/verifier/test/builders.ts";
import {
  createSmallLog,
  logKey,
  northKey,
  southKey,
  witnessSigners,
} from "../../../packages/verifier/test/pieces/small-log.ts";
import { bytesOfOpening } from "../../../packages/verifier/test/pieces/small-opening.ts";
import { bytesOfWeek, writeHonestWeek, writeOnlineWeek } from "../../../packages/verifier/test/weeks.ts";

const BUILT = path.join(import.meta.dirname, "../dist/underseal-verify.html");
const PAGE = pathToFileURL(BUILT).href;
const CHROMIUM = "/usr/bin/chromium";
// Set to keep pictures of every answer, for looking at them.
const SHOTS_DIR = process.env.UNDERSEAL_SHOTS;
const STEP_TIMEOUT_MS = 20_000;

const FLAGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];

const week = bytesOfWeek(writeHonestWeek({ slots: 3 }));
/** Drawn by the beacon, seen by two of three witnesses a second after its end. */
const witnessedWeek = (): Uint8Array => {
  const online = writeOnlineWeek({ terms: { log: policyOf(createWorld(), "separate") } });
  const time = SLOT * 600 + 661;
  const cosign = () => online.world.witnesses.slice(0, 2).map((witness) => ({ witness, time }));
  return bytesOfWeek(online, { log: { cosign } });
};
const note = createSmallLog(11).noteAt(11, [witnessSigners[0]]);
const flip = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ 1);
/** In the middle of a signed record. */
const inRecord = new TextDecoder().decode(week).indexOf('"payload":', week.indexOf(0) / 2) + 60;

const files: Readonly<Record<string, Uint8Array | string>> = {
  "week.bundle": week,
  "witnessed.bundle": witnessedWeek(),
  "altered.bundle": flip(week, inRecord),
  "altered-file.bundle": flip(week, week.length - 1),
  "cut.bundle": week.subarray(0, week.length - 10),
  "picture.png": Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...new Uint8Array(64)),
  empty: "",
  "capture.opening": bytesOfOpening(),
  checkpoint: note,
};

let browser: Browser;
/** The one tab of this file: to open another takes longer than most tests, and to load the page makes it new. */
let page: Page;
let folder = "";
/** Of the visit that goes on. */
let faults: string[] = [];

interface Look {
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
}

/** Whatever is asked for but the page itself, its own worker and its empty icon is a fault. */
const openTab = async (): Promise<Page> => {
  const context = await browser.newContext({ reducedMotion: "reduce" });
  await context.setOffline(true);
  const tab = await context.newPage();
  tab.setDefaultTimeout(STEP_TIMEOUT_MS);
  tab.on("request", (request) => {
    if (request.url() !== PAGE && !/^(blob:null|data:,)/.test(request.url())) faults.push(`request ${request.url()}`);
  });
  tab.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  tab.on("pageerror", (error) => faults.push(error.message));
  return tab;
};

const visit = async ({ colorScheme = "light", width = 1100 }: Look = {}): Promise<void> => {
  await page.setViewportSize({ width, height: 860 });
  await page.emulateMedia({ colorScheme });
  faults = [];
  await page.goto(PAGE);
};

const inFolder = (name: string): string => path.join(folder, name);

const check = async (name: string): Promise<void> => {
  await page.locator("#file").setInputFiles(inFolder(name));
  await page.locator(".result").waitFor();
};

const resultOf = () => page.locator(".result").getAttribute("data-result");

const factOf = (name: string): Promise<string | null> =>
  page
    .locator("dl > div", { has: page.locator("dt", { hasText: new RegExp(`^${name}$`) }) })
    .locator("dd")
    .textContent();

const shoot = async (name: string): Promise<void> => {
  if (SHOTS_DIR !== undefined) await page.screenshot({ path: path.join(SHOTS_DIR, `${name}.png`), fullPage: true });
};

const faultsOf = async (): Promise<string[]> => {
  // In the page itself, since it has no frames, and without a list of everything that is well: both cost seconds.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ["violations"] });
  const { violations } = await axe.analyze();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  const found = violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  return overflow > 0 ? [...found, `the page is ${overflow} px wider than its window`] : found;
};

const isReady = existsSync(CHROMIUM);

const build = () => execFileSync(process.execPath, [path.join(import.meta.dirname, "../build.ts")]);

beforeAll(async () => {
  if (!isReady) return;
  // Seconds, and then what is looked at is what stands in the source.
  build();
  folder = mkdtempSync(path.join(os.tmpdir(), "underseal-page-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(inFolder(name), content);
  browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  page = await openTab();
}, 120_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!isReady)("the verifier as one file, from a disk, without a network", () => {
  it("holds everything in itself and allows nothing else", () => {
    const html = readFileSync(BUILT, "utf8");
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)="(?!data:,")/);
    expect(html).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; worker-src blob:/);
    expect(html).not.toContain("unsafe");
  });

  it("is the same file whenever it is built from the same source, so that anybody can compare", () => {
    const before = readFileSync(BUILT);
    build();
    expect(readFileSync(BUILT).equals(before)).toBe(true);
  }, 60_000);

  it("could not ask for anything if it tried: its own policy refuses", async () => {
    await visit();
    const refused = await page.evaluate(async () => {
      const found: string[] = [];
      document.addEventListener("securitypolicyviolation", (event) => found.push(event.effectiveDirective));
      await fetch("https://example.test/").catch(() => {});
      document.body.append(Object.assign(new Image(), { src: "https://example.test/a.png" }));
      document.body.append(Object.assign(document.createElement("script"), { textContent: "document.title = 'mine'" }));
      await new Promise((resolve) => setTimeout(resolve, 100));
      return [...found.sort(), document.title];
    });
    expect(refused).toEqual(["connect-src", "img-src", "script-src-elem", "Underseal verifier"]);
  });

  it("has no way out by a form, a frame, another base or its worker", async () => {
    await visit();
    const refused = await page.evaluate(async () => {
      const found = new Set<string>();
      document.addEventListener("securitypolicyviolation", (event) => found.add(event.effectiveDirective));
      const form = Object.assign(document.createElement("form"), { action: "https://example.test/", method: "post" });
      const base = Object.assign(document.createElement("base"), { href: "https://example.test/" });
      const frame = Object.assign(document.createElement("iframe"), { src: "https://example.test/" });
      document.body.append(form, frame);
      document.head.append(base);
      form.submit();
      const ask = `fetch("https://example.test/").then(() => postMessage("out"), () => postMessage("refused"));
        addEventListener("securitypolicyviolation", (event) => postMessage(event.effectiveDirective));`;
      const worker = new Worker(URL.createObjectURL(new Blob([ask])));
      worker.addEventListener("message", ({ data }) => found.add(`worker: ${data}`));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return [...found].sort();
    });
    expect(refused).toEqual(["base-uri", "form-action", "frame-src", "worker: connect-src", "worker: refused"]);
  });

  it("says of a valid week what was proven, what was not, and what it holds", async () => {
    await visit();
    await check("week.bundle");
    expect(await resultOf()).toBe("valid");
    expect(await page.locator("[data-word]").count()).toBe(12);
    expect(await page.locator('[data-part="proven"] li').count()).toBeGreaterThan(6);
    expect(await page.locator('[data-part="not-proven"] li').allTextContents()).toContain(
      "No witness signed the log: the platform could show somebody else another history.",
    );
    expect(await factOf("Time")).toBe("30 minutes in 3 segments");
    expect(await factOf("Witnesses")).toBe("none");
    expect(await page.getByRole("status").textContent()).toBe(
      "week.bundle: Valid. The week from Monday 2026-11-16: 30 minutes in 3 segments, 5 pictures.",
    );
    expect(faults).toEqual([]);
    await shoot("valid");
  });

  it("says who watched the log, what drew the moments and how narrowly time is proven", async () => {
    await visit();
    await check("witnessed.bundle");
    expect(await resultOf()).toBe("valid");
    expect(await factOf("Witnesses")).toBe("w1, w2, w3, run by 3 operators");
    expect(await factOf("Time is proven")).toContain("by the word of two witnesses or more");
    expect(await factOf("Draws")).toContain("by the platform's beacon");
    expect(faults).toEqual([]);
    await shoot("witnessed");
  });

  it.each([
    ["altered.bundle", /altered|malformed|signed|canonical|form/i, /^[A-Z_]+$/],
    ["altered-file.bundle", /not the one that its digest names/, /^BLOB_DIGEST_MISMATCH$/],
    ["cut.bundle", /./, /^BUNDLE_TRUNCATED$/],
    ["picture.png", /not a bundle/, /^BUNDLE_NOT_CANONICAL$/],
    ["empty", /not a bundle/, /^BUNDLE_NOT_CANONICAL$/],
  ])("says of %s that it is not valid, why, and what to do", async (name, sentence, code) => {
    await visit();
    await check(name);
    expect(await resultOf()).toBe("invalid");
    expect(await page.locator(".sentence").textContent()).toMatch(sentence);
    expect(await factOf("Code")).toMatch(code);
    expect(verificationStages).toContain(/\((\w+)\)$/.exec((await factOf("Stage")) ?? "")?.[1]);
    expect(await page.getByRole("status").textContent()).toContain(`${name}: Not valid.`);
    expect(await page.locator("[data-word]").count()).toBe(0);
    expect(faults).toEqual([]);
    await shoot(name);
  });

  it("names the statement at fault", async () => {
    await visit();
    const other = bytesOfWeek(writeHonestWeek({ terms: { log: policyOf(writeHonestWeek({ seed: 2 }).world) } }));
    writeFileSync(inFolder("foreign.bundle"), other);
    await check("foreign.bundle");
    expect(await factOf("Stage")).toBe("The public log and its witnesses (log)");
    expect(await factOf("Statement")).toMatch(/^[\w-]{43}$/);
  });

  it("shows each stage while it works, and the page stays alive", async () => {
    await visit();
    await page.evaluate(() => {
      const seen: string[] = [];
      Object.assign(window, { seen, beats: 0 });
      const status = document.getElementById("status");
      if (status === null) return;
      new MutationObserver(() => seen.push(status.textContent ?? "")).observe(status, { childList: true });
      // A page that is stopped does not count.
      setInterval(() => Object.assign(window, { beats: Reflect.get(window, "beats") + 1 }), 5);
    });
    await check("week.bundle");
    const seen: string = (await page.evaluate(() => Reflect.get(window, "seen"))).join("\n");
    expect(seen).toMatch(/The public log and its witnesses \(7 of 10\)/);
    expect(seen).toMatch(/Sealed files \(10 of 10\)/);
    expect(await page.evaluate(() => Reflect.get(window, "beats"))).toBeGreaterThan(3);
  });

  it("takes a file that is dropped on it", async () => {
    await visit();
    const transfer = await page.evaluateHandle((bytes) => {
      const dropped = new DataTransfer();
      dropped.items.add(new File([Uint8Array.from(bytes)], "dropped.bundle"));
      return dropped;
    }, Array.from(week));
    await page.dispatchEvent(".place", "drop", { dataTransfer: transfer });
    await page.locator(".result").waitFor();
    expect(await resultOf()).toBe("valid");
  });

  it("is used by keyboard alone, and gives its answer as JSON", async () => {
    await visit();
    // Asked for first, since the browser needs a moment to hand its dialogue over.
    const chooser = page.waitForEvent("filechooser");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Choose a file");
    await page.keyboard.press("Enter");
    await (await chooser).setFiles(inFolder("week.bundle"));
    await page.locator(".result").waitFor();
    // The answer has the focus, so that reading goes on there and the next stop is what can be done with it.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("answer");
    await page.keyboard.press("Tab");
    const download = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    const saved = await (await download).path();
    expect(JSON.parse(readFileSync(saved, "utf8"))).toMatchObject({
      file: "week.bundle",
      kind: "bundle",
      valid: true,
      verdict: { minutes: 30 },
    });
    expect(faults).toEqual([]);
  });

  it("checks an opening", async () => {
    await visit();
    await check("capture.opening");
    expect(await resultOf()).toBe("valid");
    expect(await factOf("Opened")).toBe("5 leaves of 1024: 1 header, 1 context, 2 pixels, 1 masked");
    expect(faults).toEqual([]);
    await shoot("opening");
  });

  it.each([
    ["a quorum that was met", [logKey, northKey], "1", "valid"],
    ["too few witnesses", [logKey, northKey, southKey], "2", "invalid"],
    ["a key that is none", ["log.example"], "0", "unknown"],
  ])("asks for the keys of a checkpoint: %s", async (_, keys, quorum, result) => {
    await visit();
    await page.locator("#file").setInputFiles(inFolder("checkpoint"));
    await page.getByLabel("Keys of the log").waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("keys");
    expect(await faultsOf()).toEqual([]);
    await shoot("keys");
    await page.getByLabel("Keys of the log").fill(keys.join("\n"));
    await page.getByLabel("How many witnesses").fill(quorum);
    await page.getByRole("button", { name: "Check the checkpoint" }).click();
    await page.locator(".result").waitFor();
    expect(await resultOf()).toBe(result);
    expect(faults).toEqual([]);
    await shoot(`checkpoint-${result}`);
    // A wrong key can be mended without choosing the file again.
    await page.getByLabel("Keys of the log").fill(logKey);
    await page.getByLabel("How many witnesses").fill("0");
    await page.keyboard.press("Enter");
    await page.locator('[data-result="valid"]').waitFor();
  });

  const looks: readonly Required<Look>[] = [
    { colorScheme: "light", width: 1100 },
    { colorScheme: "light", width: 360 },
    { colorScheme: "dark", width: 360 },
  ];

  it.each(looks)("is clean for axe and fits its window ($colorScheme, $width px)", async (look) => {
    await visit(look);
    expect(await faultsOf()).toEqual([]);
    await shoot(`start-${look.colorScheme}-${look.width}`);
    for (const name of ["week.bundle", "cut.bundle", "capture.opening"]) {
      await check(name);
      expect.soft(await faultsOf(), name).toEqual([]);
      await shoot(`${name}-${look.colorScheme}-${look.width}`);
      await page.reload();
    }
  });
});
