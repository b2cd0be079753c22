// From words that may not be shown to areas. A box of text is cut into one cell for each word, from the middle of the
// gap before it to the middle of the gap after it, so that nothing of a hidden word stands outside its cell; where
// there is no word, something was not read.
import type { Hidden, ReasonCode } from "./reasons.ts";
import type { Rect } from "./rect.ts";
import type { Word } from "./word.ts";

// Of the box's height, which is a little more than the letters'.
const GAP_HEIGHTS = 0.6;

/** `words` were read in the box. What is neither hidden nor unread between shown words is shown. */
export const hideInBox = (
  box: Rect,
  words: readonly Word[],
  hidden: ReadonlyMap<Word, ReasonCode>,
): readonly Hidden[] => {
  const sorted = [...words].sort((a, b) => a.box.x - b.box.x);
  const gapPx = box.height * GAP_HEIGHTS;
  const areas: Hidden[] = [];
  const hide = (left: number, right: number, reason: ReasonCode): void => {
    if (right > left) areas.push({ box: { ...box, x: left, width: right - left }, reason });
  };
  let end = box.x;
  for (const [i, word] of sorted.entries()) {
    const reason = hidden.get(word);
    const [left, right] = [word.box.x, word.box.x + word.box.width];
    const start = left - end > gapPx ? left : end;
    if (start > end) hide(end, start, "unread");
    const next = sorted[i + 1]?.box.x;
    const stop = next === undefined ? stopAtEnd(right, box, gapPx) : stopBefore(next, right, gapPx);
    if (reason !== undefined) hide(Math.min(start, left), stop, reason);
    end = Math.max(end, stop);
  }
  hide(end, box.x + box.width, "unread");
  return areas;
};

/** A narrow gap belongs half to the word before it; a wide one to no word. */
const stopBefore = (next: number, right: number, gapPx: number): number =>
  next - right > gapPx ? right : Math.max(right, Math.floor((right + next) / 2));

const stopAtEnd = (right: number, box: Rect, gapPx: number): number => {
  const end = box.x + box.width;
  return end - right > gapPx ? right : end;
};
