// Redacts pictures in a process of its own, so that its processor time and memory are those of redacting and of nothing
// else. Each line of its input is a request; each line of its output the answer. It is started anew where the cost of
// a single picture is measured, because a tracker starts one for each capture.
import { createInterface } from "node:readline";
import {
  findHidden,
  type Hidden,
  loadDetectionModel,
  type RedactionError,
  type RedactionSettings,
  readLines,
} from "@underseal/redaction";
import sharp from "sharp";
import { watchUsage } from "../../apps/tracker/src/platform/usage.ts";

export interface RedactRequest {
  readonly pngFile: string;
  readonly settings: RedactionSettings;
}

export interface RedactAnswer {
  /** Null when it failed: then the whole picture is hidden. */
  readonly hidden: readonly Hidden[] | null;
  readonly failure: string | null;
  /** Why all text is hidden although the policy would show some. */
  readonly degraded: string | null;
  readonly wallMs: number;
  /** User and system time of the whole process since its start, all threads and programs. */
  readonly cpuMs: number;
  readonly peakMiB: number;
}

const deps = { loadModel: loadDetectionModel, readLines };

for await (const line of createInterface({ input: process.stdin })) {
  const { pngFile, settings }: RedactRequest = JSON.parse(line);
  const { data, info } = await sharp(pngFile).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const usage = watchUsage();
  const startedMs = performance.now();
  const found = await findHidden({ rgb: data, width: info.width, height: info.height }, settings, deps);
  const wallMs = performance.now() - startedMs;
  const { cpuMs, memoryPeakBytes } = usage.stop();
  const explain = ({ code, message }: RedactionError): string => `${code}: ${message}`;
  const answer: RedactAnswer = {
    hidden: found.ok ? found.value.hidden : null,
    failure: found.ok ? null : explain(found.error),
    degraded: found.ok && found.value.degraded !== null ? explain(found.value.degraded) : null,
    wallMs,
    cpuMs,
    peakMiB: memoryPeakBytes / 1024 ** 2,
  };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
