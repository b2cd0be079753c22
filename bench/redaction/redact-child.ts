// Redacts pictures in a process of its own, so that its processor time and memory are those of redacting and of nothing
// else. Each line of its input is a request; each line of its output the answer. It is started anew where the cost of
// a single picture is measured, because a tracker starts one for each capture.
import { createInterface } from "node:readline";
import { loadDetectionModel } from "@underseal/redaction";
import sharp from "sharp";
import { findHidden, type RedactionSettings } from "../../packages/redaction/src/find-hidden.ts";
import type { Hidden } from "../../packages/redaction/src/reasons.ts";

export interface RedactRequest {
  readonly pngFile: string;
  readonly settings: RedactionSettings;
}

export interface RedactAnswer {
  /** Null when it failed: then the whole picture is hidden. */
  readonly hidden: readonly Hidden[] | null;
  readonly failure: string | null;
  readonly wallMs: number;
  /** User and system time of the whole process since its start, all threads. */
  readonly cpuMs: number;
  readonly peakMiB: number;
}

const model = await loadDetectionModel();
if (!model.ok) throw new Error(model.error.message);

for await (const line of createInterface({ input: process.stdin })) {
  const { pngFile, settings }: RedactRequest = JSON.parse(line);
  const { data, info } = await sharp(pngFile).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const startedMs = performance.now();
  const found = await findHidden({ rgb: data, width: info.width, height: info.height }, settings, {
    model: model.value,
  });
  const { user, system } = process.cpuUsage();
  const answer: RedactAnswer = {
    hidden: found.ok ? found.value : null,
    failure: found.ok ? null : `${found.error.code}: ${found.error.message}`,
    wallMs: performance.now() - startedMs,
    cpuMs: (user + system) / 1000,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
