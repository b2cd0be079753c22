// `node tools/run.mjs node bench/evidence.ts`: what commitments, sealed files and checks cost, in Node and in Chromium,
// each beside what the same bytes cost with the fastest code there is for the heaviest part of it.
import { createHash } from "node:crypto";
import { zstdDecompressSync } from "node:zlib";
import { type Frame, gridOf } from "@underseal/evidence";
import { openVisible } from "@underseal/evidence/open";
import { redact } from "@underseal/foundation";
import { chromium } from "playwright-core";
import { measureInChromium } from "./evidence-browser.ts";
import { paintScreen } from "./screens.ts";
import { clientIdentity, commitFrame, compress, recordsOf, sealCapture, statesOf } from "./sealed-captures.ts";
import { median, quantile, row } from "./statistics.ts";

const REPEATS = 15;
const WEEK_SEGMENTS = 240;
const SCREENS = 4;

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
const hd = await paintScreen(browser, { width: 1920, height: 1080 }, 0);
const uhd = await paintScreen(browser, { width: 3840, height: 2160 }, 1);

const measure = async (work: () => unknown, repeats = REPEATS): Promise<readonly number[]> => {
  for (let i = 0; i < 3; i += 1) await work();
  const times: number[] = [];
  for (let i = 0; i < repeats; i += 1) {
    const before = performance.now();
    await work();
    times.push(performance.now() - before);
  }
  return times;
};

const show = (name: string, times: readonly number[], target: string, note = ""): void =>
  row(name, `${median(times).toFixed(1)} ms`, `p90 ${quantile(times, 0.9).toFixed(1)}; target ${target}${note}`);

const ceiling = async (name: string, work: () => unknown): Promise<void> =>
  row(`— ceiling: ${name}`, `${median(await measure(work)).toFixed(1)} ms`);

const measureCommit = async (name: string, frame: Frame, treeSize: number, target: string): Promise<void> => {
  show(name, await measure(() => commitFrame(frame, treeSize)), target);
  await ceiling("SHA-256 over the same pixels in one go", () => createHash("sha256").update(frame.rgb).digest());
};

console.log("| what | value | how |\n|---|---|---|");
await measureCommit("commit of a 1080p capture", hd, 1024, "25 ms");
await measureCommit("commit of a 4K capture", uhd, 4096, "90 ms");

const { columns, rows } = gridOf(hd);
const committed = commitFrame(hd, 1024);
const states = statesOf(committed.leaves, columns, columns * rows);
const sealed = await sealCapture(committed, states);
const kib = (bytes: Uint8Array) => `${(bytes.length / 1024).toFixed(0)} KiB`;
show("visible and hidden file, two recipients", await measure(() => sealCapture(committed, states)), "60 ms");
row("— sizes", `${kib(sealed.visible)} + ${kib(sealed.hidden)}`);
await ceiling("compression alone", () => compress(hd.rgb));

const records = recordsOf(committed, states, sealed);
const identity = redact(clientIdentity());
const opened = await openVisible(sealed.visible, identity, records);
if (!opened.ok) throw new Error(opened.error.detail);
show(
  "decrypt and check one 1080p segment, Node",
  await measure(() => openVisible(sealed.visible, identity, records)),
  "40 ms",
);
const stream = compress(hd.rgb);
await ceiling("decompression and SHA-256 alone", () =>
  createHash("sha256").update(zstdDecompressSync(stream)).digest(),
);

const frames = [hd];
for (let variant = 1; variant < SCREENS; variant += 1) frames.push(await paintScreen(browser, hd, 10 + variant));
const week = [];
for (let i = 0; i < WEEK_SEGMENTS; i += 1) {
  const one = commitFrame(frames[i % SCREENS] ?? hd, 1024);
  const files = await sealCapture(one, states);
  week.push({ visible: files.visible, records: recordsOf(one, states, files) });
}
const measured = await measureInChromium(browser, week, clientIdentity());
show(
  "decrypt and check one 1080p segment, Chromium worker",
  measured.segmentMs,
  "80 ms",
  "; one after the other, warm",
);
row(
  "first picture, Chromium worker",
  `${measured.firstMs.toFixed(0)} ms`,
  "target 300 ms; two workers that rehearsed when the page was loaded, both asked at once",
);
row("— the same, worker not started yet", `${measured.coldMs.toFixed(0)} ms`);
row(
  "a week of 240 segments, two Chromium workers",
  `${(measured.weekMs / 1000).toFixed(1)} s`,
  "target 8 s; with progress after each",
);
row(
  "— ceiling: WebCrypto SHA-256 over the same pixels",
  `${(measured.digestMs / 1000).toFixed(1)} s`,
  "240 times, one by one",
);
await browser.close();
