// The part of the evidence benchmark that runs in a worker of Chromium, bundled as the web app bundles its own.
import path from "node:path";
import type { DisclosedRecords } from "@underseal/evidence";
import { bytesToBase64Url } from "@underseal/foundation";
import type { Browser, Route } from "playwright-core";
import { build } from "vite";

export interface WeekSegment {
  readonly visible: Uint8Array;
  readonly records: DisclosedRecords;
}

export interface Measured {
  readonly firstMs: number;
  readonly weekMs: number;
  readonly segmentMs: readonly number[];
  readonly digestMs: number;
}

const ORIGIN = "http://bench.localhost";

export const measureInChromium = async (
  browser: Browser,
  week: readonly WeekSegment[],
  identity: string,
): Promise<Measured> => {
  const worker = await bundleWorker();
  const page = await browser.newPage();
  const records = week.map((segment) => ({
    ...segment.records,
    captureHash: bytesToBase64Url(segment.records.captureHash),
  }));
  const answers: Readonly<Record<string, { readonly body: string | Buffer; readonly contentType: string }>> = {
    "/": { body: "<!doctype html><title>bench</title>", contentType: "text/html" },
    "/worker.js": { body: worker, contentType: "text/javascript" },
    "/records": { body: JSON.stringify(records), contentType: "application/json" },
  };
  await page.route(`${ORIGIN}/**`, async (route: Route) => {
    const { pathname } = new URL(route.request().url());
    const segment = week[Number(pathname.split("/file/")[1] ?? Number.NaN)];
    if (segment === undefined) return route.fulfill(answers[pathname] ?? { status: 404 });
    return route.fulfill({ body: Buffer.from(segment.visible), contentType: "application/octet-stream" });
  });
  await page.goto(`${ORIGIN}/`);
  const measured = await page.evaluate(runWeek, { identity, count: week.length });
  await page.close();
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

/** Runs in the page: nothing of this file is in reach. */
const runWeek = async ({
  identity,
  count,
}: {
  readonly identity: string;
  readonly count: number;
}): Promise<Measured> => {
  const records = await (await fetch("/records")).json();
  // The files are at hand, as they are when a client has loaded the week.
  const files: ArrayBuffer[] = [];
  for (let i = 0; i < count; i += 1) files.push(await (await fetch(`/file/${i}`)).arrayBuffer());
  const worker = new Worker("/worker.js", { type: "module" });
  const started = performance.now();
  let firstMs = 0;
  const done = new Promise<Omit<Measured, "firstMs" | "weekMs">>((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => {
      if (data.opened === 1) firstMs = performance.now() - started;
      if (data.error !== undefined) reject(new Error(data.error));
      if (data.segmentMs !== undefined) resolve(data);
    };
  });
  worker.postMessage({ identity, records, files }, files);
  const { segmentMs, digestMs } = await done;
  const weekMs = segmentMs.reduce((sum, ms) => sum + ms, 0) + firstMs - (segmentMs[0] ?? 0);
  return { firstMs, weekMs, segmentMs, digestMs };
};
