import type { ContractAnswer, DiarySegment, WeekAnswer } from "@underseal/api";

/** One week of one contract, as its parts take it. */
export interface DiaryProps {
  readonly contract: ContractAnswer;
  readonly week: string;
  readonly segments: readonly DiarySegment[];
  /** `null` where the week has no hours yet. */
  readonly money: WeekAnswer | null;
}
