import type { Rect } from "./rect.ts";

/** A word as it was read from a picture. Readers err: a `0` may be an `O`, and two words may have become one. */
export interface Word {
  readonly text: string;
  /** Whole pixels of the picture. */
  readonly box: Rect;
  /** How sure the reader is, 0 to 100. */
  readonly confidence: number;
}
