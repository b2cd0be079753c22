// What the freelancer declares to be doing. A segment's record has one mode: that of most of its minutes, so that neither a
// call of a minute nor the minute after a call decides about ten.
import type { WorkMode } from "@underseal/protection";

export interface Declaration {
  /** From this minute on, counted from 1970. */
  readonly minute: number;
  readonly mode: WorkMode;
}

/** Of the minutes [from, to); of two modes with as many, the one that was declared later. `declared` is in order. */
export const prevailingMode = (declared: readonly Declaration[], from: number, to: number): WorkMode => {
  const minutes = new Map<WorkMode, number>();
  let prevailing: WorkMode = declared.findLast(({ minute }) => minute <= from)?.mode ?? "working";
  for (const [index, { minute, mode }] of declared.entries()) {
    const end = Math.min(declared[index + 1]?.minute ?? to, to);
    const length = end - Math.max(minute, from);
    if (length <= 0) continue;
    minutes.set(mode, (minutes.get(mode) ?? 0) + length);
    if ((minutes.get(mode) ?? 0) >= (minutes.get(prevailing) ?? 0)) prevailing = mode;
  }
  return prevailing;
};
