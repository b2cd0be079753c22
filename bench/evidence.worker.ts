// Opens a week's visible files one after the other, as the web app's worker does, and says after each how far it is.
import type { DisclosedRecords } from "@underseal/evidence";
import { openVisible } from "@underseal/evidence/open";
import { base64UrlToBytes, redact } from "@underseal/foundation";

interface Week {
  readonly identity: string;
  readonly records: readonly (Omit<DisclosedRecords, "captureHash"> & { readonly captureHash: string })[];
  readonly files: readonly ArrayBuffer[];
}

const openWeek = async ({ identity, records, files }: Week): Promise<void> => {
  const segmentMs: number[] = [];
  for (const [i, file] of files.entries()) {
    const record = records[i];
    if (record === undefined) throw new Error("a record for each file");
    const before = performance.now();
    const captureHash = base64UrlToBytes(record.captureHash) ?? new Uint8Array();
    const opened = await openVisible(new Uint8Array(file), redact(identity), { ...record, captureHash });
    if (!opened.ok) throw new Error(opened.error.detail);
    segmentMs.push(performance.now() - before);
    postMessage({ opened: i + 1, of: files.length });
  }
  postMessage({ segmentMs, digestMs: await digestAsOften(files.length) });
};

const PIXELS_BYTES = 1920 * 1080 * 3;

const digestAsOften = async (count: number): Promise<number> => {
  const pixels = new Uint8Array(PIXELS_BYTES);
  const before = performance.now();
  for (let i = 0; i < count; i += 1) await crypto.subtle.digest("SHA-256", pixels);
  return performance.now() - before;
};

addEventListener("message", (event: MessageEvent<Week>) => {
  openWeek(event.data).catch((cause: unknown) => postMessage({ error: String(cause) }));
});
