/** In the order in which they are checked. A failure of `arguments` is the caller's: nothing was judged. */
export const pieceStages = [
  "arguments",
  "parse",
  "signatures",
  "quorum",
  "proof",
  "beacon",
  "statements",
  "log",
  "leaves",
] as const;

export type PieceStage = (typeof pieceStages)[number];

/** One way to fail: where the check stands, what is wrong, and what to do. */
export interface PieceEntry {
  readonly stage: PieceStage;
  readonly sentence: string;
  readonly remedy: string;
}
