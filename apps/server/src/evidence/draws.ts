// Which captures a run owes (protocol §6): once its seed is revealed, every drawn round of its billed time needs one.
// Pure.
import { type DrawRule, drawnRounds, isDrawn, roundOf } from "@underseal/evidence";
import { assert, base64UrlToBytes, SECOND_MS, slotEndMs } from "@underseal/foundation";
import type { SignedTerms } from "./ports.ts";
import { partStartS } from "./rules.ts";

/** Whose draws of which run: the terms say how often, the seed which ones. */
export interface RevealedDraw {
  readonly terms: Pick<SignedTerms, "body">;
  /** The freelancer. */
  readonly person: string;
  /** Base64url, its form checked by the schema. */
  readonly seed: string;
}

const ruleOf = ({ terms, person, seed }: RevealedDraw): DrawRule => {
  const bytes = base64UrlToBytes(seed);
  assert(bytes !== null, "the statement's schema checked that this is base64url");
  return { seed: bytes, person, odds: terms.body.draw.odds };
};

export const areDrawn = (draw: RevealedDraw, rounds: ReadonlySet<number>): boolean => {
  const rule = ruleOf(draw);
  return [...rounds].every((round) => isDrawn(rule, round));
};

/** What the seed drew in the slots of a run. */
export const drawnInRun = (
  draw: RevealedDraw,
  run: { readonly slots: readonly number[]; readonly startedAtS: number },
): readonly number[] => drawnInSlots(ruleOf(draw), { ...run, roundSeconds: draw.terms.body.draw.roundSeconds });

/** The drawn rounds that touch the run's part of these slots. About 20 µs a round, so it is done once, at the stop. */
const drawnInSlots = (
  rule: DrawRule,
  run: { readonly slots: readonly number[]; readonly roundSeconds: number; readonly startedAtS: number },
): readonly number[] => {
  const drawn = run.slots.flatMap((slot) => {
    const from = roundOf(partStartS(slot, run), run.roundSeconds);
    return drawnRounds(rule, { from, to: Math.ceil(slotEndMs(slot) / SECOND_MS / run.roundSeconds) });
  });
  // A round may touch two slots.
  return [...new Set(drawn)];
};

/** The time of one segment for which captures are owed, in Unix seconds. */
export interface OwedSpan {
  readonly fromS: number;
  readonly toS: number;
}

/** A run's last segment ends with the minutes it bills: what came after them is nobody's business. */
export const owedSpanOf = (segment: {
  readonly slot: number;
  readonly minutes: number;
  readonly startedAtS: number;
  /** `null` for a segment that is not its run's last. */
  readonly stoppedAtS: number | null;
}): OwedSpan => {
  const fromS = partStartS(segment.slot, segment);
  const slotEndS = slotEndMs(segment.slot) / SECOND_MS;
  const toS =
    segment.stoppedAtS === null ? slotEndS : Math.min(slotEndS, segment.stoppedAtS, fromS + segment.minutes * 60);
  return { fromS, toS };
};

/** Drawn rounds that lie wholly in the span. A round that is cut by its ends owes nothing. */
export const owedRounds = (
  drawn: readonly number[],
  { fromS, toS }: OwedSpan,
  roundSeconds: number,
): readonly number[] => drawn.filter((round) => round * roundSeconds >= fromS && (round + 1) * roundSeconds <= toS);
