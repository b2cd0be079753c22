// The beacon's rounds as a bundle carries them: spans of signatures, 48 bytes each.
import { BEACON_SIGNATURE_BYTES, type BundleManifest } from "@underseal/evidence";
import { bytesOf } from "./bytes-of.ts";

export interface KnownRounds {
  readonly spans: readonly { readonly from: number; readonly to: number }[];
  readonly signatures: ReadonlyMap<number, Uint8Array>;
  covers(span: { readonly from: number; readonly to: number }): boolean;
}

/** `null` unless the spans hold whole signatures, at least one each, and stand apart in ascending order. */
export const readRounds = (rounds: BundleManifest["rounds"]): KnownRounds | null => {
  const spans: { readonly from: number; readonly to: number }[] = [];
  const signatures = new Map<number, Uint8Array>();
  for (const { from, signatures: joined } of rounds) {
    const bytes = bytesOf(joined);
    const count = bytes.length / BEACON_SIGNATURE_BYTES;
    const isApart = from > (spans.at(-1)?.to ?? 0);
    if (!Number.isInteger(count) || count === 0 || !isApart || !Number.isSafeInteger(from + count)) return null;
    for (let i = 0; i < count; i += 1) {
      signatures.set(from + i, bytes.subarray(i * BEACON_SIGNATURE_BYTES, (i + 1) * BEACON_SIGNATURE_BYTES));
    }
    spans.push({ from, to: from + count });
  }
  const covers = ({ from, to }: { readonly from: number; readonly to: number }): boolean =>
    from === to || spans.some((span) => span.from <= from && to <= span.to);
  return { spans, signatures, covers };
};
