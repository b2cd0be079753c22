// Answers, built field by field: what is not named here does not leave the server.
import type { CoverageAnswer, DiarySegment, LoggedAnswer } from "@underseal/api";
import { assert, bytesToBase64Url, SECOND_MS } from "@underseal/foundation";
import {
  type Coverage,
  coverage,
  PROTECTION_VERSION,
  sentenceOfReason,
  sentenceOfRemedy,
  verdictColour,
} from "@underseal/protection";
import type { JudgedSegment } from "./facts.ts";
import { protectionTermsOf } from "./protection-terms.ts";
import type { StoredRecord } from "./store/records.ts";
import type { WeekCapture } from "./store/week.ts";

export const presentLogged = (
  { envelope, arrival }: Pick<StoredRecord, "envelope" | "arrival">,
  proof: string | null,
): LoggedAnswer => ({ envelope, arrival, proof });

/** The parts of one slot as one cell: a run that stopped and one that started in the same ten minutes. */
export const presentSlot = (parts: readonly JudgedSegment[]): DiarySegment => {
  const [first] = parts;
  assert(first !== undefined, "a slot in the diary has a segment");
  return {
    slot: first.segment.slot,
    minutes: parts.reduce((minutes, { segment }) => minutes + segment.minutes, 0),
    activity: Math.max(...parts.map(({ segment }) => segment.activity)),
    manual: parts.some(({ segment }) => segment.isManual),
    mode: first.segment.mode,
    captures: parts.flatMap(({ captures }) => captures.map(presentCapture)),
    coverage: presentWorst(parts),
  };
};

const presentCapture = (capture: WeekCapture): DiarySegment["captures"][number] => ({
  capture: bytesToBase64Url(capture.hash),
  atMs: capture.takenAtS * SECOND_MS,
  maskedPermille: capture.maskedPermille,
  disclosure:
    capture.disclosure === null
      ? null
      : {
          hash: bytesToBase64Url(capture.disclosure.hash),
          redactedPermille: capture.disclosure.redactedPermille,
          visibleDigest: presentDigest(capture.disclosure.visibleDigest),
          isStored: capture.disclosure.isStored,
        },
});

const presentDigest = (digest: Uint8Array | null): string | null => (digest === null ? null : bytesToBase64Url(digest));

const SEVERITY = { green: 0, amber: 1, red: 2 } as const;

/** A cell is as well covered as its worst part that bills minutes. */
const presentWorst = (parts: readonly JudgedSegment[]): CoverageAnswer => {
  const billed = parts.filter(({ segment }) => segment.minutes > 0);
  const answers = (billed.length > 0 ? billed : parts.slice(0, 1)).map(presentCoverage);
  const worst = answers.toSorted((a, b) => SEVERITY[b.colour] - SEVERITY[a.colour])[0];
  assert(worst !== undefined, "there is at least one part");
  return worst;
};

/** The rules know of brackets only, not whose draws have none. */
const DRAWN_BY_DEVICE = {
  code: "DRAWN_BY_DEVICE",
  sentence: "The device drew its own captures, without the public beacon, so the time counts as tier B at best.",
};

const presentCoverage = ({ facts, funding, terms, drawnBy }: JudgedSegment): CoverageAnswer => {
  const verdict = coverage(protectionTermsOf(terms), facts, funding);
  return {
    version: PROTECTION_VERSION,
    covered: verdict.covered,
    colour: verdictColour(verdict),
    reasons: [
      ...verdict.reasons.map((reason) => ({ code: reason.code, sentence: sentenceOfReason(reason) })),
      ...(drawnBy === "device" && dependsOnTier(verdict, facts) ? [DRAWN_BY_DEVICE] : []),
    ],
    remedies: verdict.remedies.map((remedy) => ({ code: remedy.code, sentence: sentenceOfRemedy(remedy) })),
  };
};

/** A deposit pays whatever the tier. */
const dependsOnTier = ({ covered }: Coverage, { minutes }: JudgedSegment["facts"]): boolean =>
  covered !== "deposit" && minutes > 0;
