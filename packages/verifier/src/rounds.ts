// The beacon's rounds as a bundle carries them: spans of signatures, 48 bytes each.
import { BEACON_SIGNATURE_BYTES, type BundleManifest } from "@underseal/evidence";
import { bytesOf } from "./bytes-of.ts";

/** Rounds [from, to). */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface KnownRounds {
  /** Apart, in ascending order. */
  readonly spans: readonly Span[];
  readonly signatures: ReadonlyMap<number, Uint8Array>;
}

/** `null` unless the spans hold whole signatures, at least one each, and stand apart in ascending order. */
export const readRounds = (rounds: BundleManifest["rounds"]): KnownRounds | null => {
  const spans: Span[] = [];
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
  return { spans, signatures };
};

/** Whether one of the spans, which stand apart in ascending order, holds all of this one. */
export const isCoveredBy = (spans: readonly Span[], { from, to }: Span): boolean => {
  if (from === to) return true;
  // The last span that does not begin later, by halving: a hostile bundle has many runs and many spans.
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((spans[middle]?.from ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  return to <= (spans[low - 1]?.to ?? 0);
};
