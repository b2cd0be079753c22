import type { ReasonCode } from "./reasons.ts";
import type { Word } from "./word.ts";

/** Words that must be hidden together, and why. */
export interface Finding {
  readonly words: readonly Word[];
  readonly reason: ReasonCode;
}
