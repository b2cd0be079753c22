// The only place of the web app that decrypts. A worker, so that opening never stops the page and so that the
// decrypting code is in a file of its own.
import { recoveryKeyOf } from "@underseal/evidence";
import { openSeed } from "@underseal/evidence/open";
import { sealSeed } from "@underseal/evidence/seal";
import { ok, redact, reveal } from "@underseal/foundation";
import { z } from "zod";
import { createMemory } from "./memory.ts";
import type { JobMessage, JobName, WorkerJobs } from "./messages.ts";
import { openCapture } from "./open-capture.ts";
import { bitmapOf, paintPicture } from "./paint.ts";
import { rehearse } from "./rehearse.ts";
import { arrivalsOf } from "./verify-records.ts";
import { verifySegment } from "./verify-segment.ts";

// The page's policy forbids code made from strings, which is how zod compiles its checks.
z.config({ jitless: true });

type Jobs = { readonly [Name in JobName]: (input: WorkerJobs[Name]["input"]) => Promise<WorkerJobs[Name]["output"]> };

const memory = createMemory();

const jobs: Jobs = {
  openCapture: async ({ identity, widthMaxPx, ...request }) => {
    const opened = await openCapture({ ...request, identity: redact(identity) }, memory);
    if (!opened.ok) return opened;
    const { picture, ...found } = opened.value;
    const { header, counts, context, memo, minutes, tiles } = picture;
    const bitmap = await bitmapOf(paintPicture(picture), widthMaxPx);
    const states = tiles.map(({ state }) => state);
    return ok({ bitmap, header, counts, context, memo, minutes, states, ...found });
  },
  verifyRecords: async ({ segmentEvidence, ...expected }) => {
    const verified = verifySegment(segmentEvidence, expected, memory);
    if (!verified.ok) return verified;
    const arrivals = arrivalsOf(segmentEvidence.records);
    return ok(verified.value.placed.map((record, i) => ({ ...record, arrivedAt: arrivals[i] ?? 0 })));
  },
  rehearse,
  sealSeed: ({ seed, recipient }) => sealSeed(redact(seed), recipient),
  openSeed: async ({ box, words }) => {
    const key = recoveryKeyOf(words);
    const seed = key === null ? null : await openSeed(box, key.identity);
    return seed === null ? null : reveal(seed);
  },
};

const run = async ({ id, name, input }: JobMessage): Promise<void> => {
  try {
    // `input` belongs to `name`: opener.ts sends them in pairs.
    const output = await (jobs[name] as (input: unknown) => Promise<WorkerJobs[JobName]["output"]>)(input);
    postMessage({ id, output }, { transfer: bitmapsIn(output) });
  } catch (cause) {
    postMessage({ id, crash: cause instanceof Error ? cause.message : "unknown" });
  }
};

const bitmapsIn = (output: WorkerJobs[JobName]["output"]): Transferable[] =>
  output !== null && typeof output === "object" && "ok" in output && output.ok && "bitmap" in output.value
    ? [output.value.bitmap]
    : [];

addEventListener("message", (event: MessageEvent<JobMessage>) => {
  void run(event.data);
});
