// Opens the visible file that it is given, as the web app's worker does; before the first one it rehearses, as that does.
import type { DisclosedRecords } from "@underseal/evidence";
import { openVisible } from "@underseal/evidence/open";
import { base64UrlToBytes, redact } from "@underseal/foundation";
import { rehearse } from "../apps/web/src/workers/rehearse.ts";

export interface SegmentFile {
  readonly identity: string;
  readonly records: Omit<DisclosedRecords, "captureHash"> & { readonly captureHash: string };
  readonly file: ArrayBuffer;
}

type Message = { readonly seed: Uint8Array } | SegmentFile | { readonly digests: number };

const run = async (message: Message): Promise<void> => {
  const before = performance.now();
  if ("seed" in message) await rehearse(message.seed);
  else if ("digests" in message) await digestAsOften(message.digests);
  else {
    const captureHash = base64UrlToBytes(message.records.captureHash) ?? new Uint8Array();
    const records = { ...message.records, captureHash };
    const opened = await openVisible(new Uint8Array(message.file), redact(message.identity), records);
    if (!opened.ok) throw new Error(opened.error.detail);
  }
  postMessage({ ms: performance.now() - before });
};

const PIXELS_BYTES = 1920 * 1080 * 3;

const digestAsOften = async (count: number): Promise<void> => {
  const pixels = new Uint8Array(PIXELS_BYTES);
  for (let i = 0; i < count; i += 1) await crypto.subtle.digest("SHA-256", pixels);
};

addEventListener("message", (event: MessageEvent<Message>) => {
  run(event.data).catch((cause: unknown) => postMessage({ error: String(cause) }));
});
