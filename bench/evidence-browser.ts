// The part of the evidence benchmark that runs in workers of Chromium, bundled as the web app bundles its own, and as
// many as the web app has.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import type { DisclosedRecords } from "@underseal/evidence";
import { bytesToBase64Url } from "@underseal/foundation";
import type { Browser } from "playwright-core";
import { build } from "vite";

export interface WeekSegment {
  readonly visible: Uint8Array;
  readonly records: DisclosedRecords;
}

export interface Measured {
  /** Until a worker that nobody warmed has opened a picture, its start included. */
  readonly coldMs: number;
  /** The same in a worker that rehearsed when the page was loaded. */
  readonly firstMs: number;
  readonly weekMs: number;
  /** Each alone in one warm worker. */
  readonly segmentMs: readonly number[];
  readonly digestMs: number;
}

/** As in the web app's opener. */
const WORKERS = 2;

export const measureInChromium = async (
  browser: Browser,
  week: readonly WeekSegment[],
  identity: string,
): Promise<Measured> => {
  const records = week.map((segment) => ({
    ...segment.records,
    captureHash: bytesToBase64Url(segment.records.captureHash),
  }));
  const answers: Readonly<Record<string, readonly [type: string, body: string]>> = {
    "/": ["text/html", "<!doctype html><title>bench</title>"],
    "/worker.js": ["text/javascript", await bundleWorker()],
    "/records": ["application/json", JSON.stringify(records)],
  };
  const server = createServer(({ url = "/" }, response) => {
    const file = week[Number(url.split("/file/")[1] ?? Number.NaN)]?.visible;
    const [type, body] = answers[url] ?? ["application/octet-stream", file ?? ""];
    response.writeHead(200, { "content-type": type }).end(body);
  }).listen(0, "127.0.0.1");
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const measured = await page.evaluate(runWeek, { identity, count: week.length, workers: WORKERS });
  await page.close();
  server.close();
  return measured;
};

const bundleWorker = async (): Promise<string> => {
  const output = await build({
    configFile: false,
    logLevel: "warn",
    root: import.meta.dirname,
    build: {
      write: false,
      target: "es2024",
      rolldownOptions: { input: path.join(import.meta.dirname, "evidence.worker.ts"), output: { format: "es" } },
    },
  });
  const [first] = [output].flat();
  if (first === undefined || !("output" in first)) throw new Error("the worker was not bundled");
  const [chunk, ...others] = first.output;
  if (others.length > 0) throw new Error("the worker is one file");
  return chunk.code;
};

interface WeekToRun {
  readonly identity: string;
  readonly count: number;
  readonly workers: number;
}

/** Runs in the page: nothing of this file is in reach. */
const runWeek = async ({ identity, count, workers }: WeekToRun): Promise<Measured> => {
  const records = await (await fetch("/records")).json();
  // The files are at hand, as they are when a client has loaded the week.
  const files: ArrayBuffer[] = [];
  for (let i = 0; i < count; i += 1) files.push(await (await fetch(`/file/${i}`)).arrayBuffer());
  const start = () => new Worker("/worker.js", { type: "module" });
  const ask = (worker: Worker, message: unknown) =>
    new Promise<number>((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) =>
        data.error === undefined ? resolve(data.ms) : reject(new Error(String(data.error)));
      worker.postMessage(message);
    });
  const open = (worker: Worker, i: number) => ask(worker, { identity, records: records[i], file: files[i] });
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const before = performance.now();
    await work();
    return performance.now() - before;
  };

  const cold = start();
  const coldMs = await timed(() => open(cold, 0));
  cold.terminate();
  const started = Array.from({ length: workers }, start);
  await Promise.all(started.map((worker) => ask(worker, { seed: crypto.getRandomValues(new Uint8Array(32)) })));
  let firstMs = 0;
  let next = 0;
  const weekBegan = performance.now();
  const openRest = async (worker: Worker): Promise<void> => {
    for (let i = next++; i < count; i = next++) {
      await open(worker, i);
      if (firstMs === 0) firstMs = performance.now() - weekBegan;
    }
  };
  const weekMs = await timed(() => Promise.all(started.map(openRest)));
  const [one] = started;
  if (one === undefined) throw new Error("no worker");
  const segmentMs: number[] = [];
  for (let i = 0; i < 40; i += 1) segmentMs.push(await open(one, i % count));
  const digestMs = await ask(one, { digests: count });
  return { coldMs, firstMs, weekMs, segmentMs, digestMs };
};
