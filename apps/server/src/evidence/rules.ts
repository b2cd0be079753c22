// The rules of admission (protocol §5 and §8) that need nothing but the record, what was admitted before it, and the
// time. Pure; every function answers the refusal, or `null` where the record may pass.
import { type Refusal, refusal } from "@underseal/api";
import { drawCommitment, roundAt, roundTime, type StatementBody } from "@underseal/evidence";
import {
  base64UrlToBytes,
  bytesToBase64Url,
  equalBytes,
  MINUTE_MS,
  SECOND_MS,
  SEGMENT_MINUTES,
  slotEndMs,
  slotOf,
  slotStartMs,
} from "@underseal/foundation";
import type { ActiveSpan, SignedTerms } from "./ports.ts";

/** A device's clock may be ahead of ours by this much. */
export const CLOCK_TOLERANCE_MS = MINUTE_MS;

/** Captures of one slot of a contract: as many as a segment record can name. */
export const CAPTURES_PER_SLOT_MAX = 200;

export interface Head {
  /** -1 and 32 zero bytes where there is no record yet. */
  readonly seq: number;
  readonly hash: Uint8Array;
}

export const checkFollows = (head: Head, body: { readonly seq: number; readonly prev: string }): Refusal | null => {
  if (body.seq <= head.seq) return refusal("SEQUENCE_TAKEN", `number ${body.seq} is admitted already`);
  if (body.seq !== head.seq + 1) return refusal("CHAIN_BROKEN", `the next number is ${head.seq + 1}`);
  return body.prev === bytesToBase64Url(head.hash) ? null : refusal("CHAIN_BROKEN", "`prev` is not the head's hash");
};

/** Whether the terms bind the contract at the instant. Seconds decide: records know no finer time. */
export const checkInForce = (
  terms: Pick<SignedTerms, "validFromMs" | "validUntilMs">,
  activeSpans: readonly ActiveSpan[],
  instantS: number,
): Refusal | null => {
  const contains = ({ fromMs, toMs }: ActiveSpan) =>
    Math.floor(fromMs / SECOND_MS) <= instantS && (toMs === null || instantS < Math.ceil(toMs / SECOND_MS));
  if (!contains({ fromMs: terms.validFromMs, toMs: terms.validUntilMs })) {
    return refusal("TERMS_NOT_IN_FORCE", "these terms are not those of that time");
  }
  return activeSpans.some(contains) ? null : refusal("TERMS_NOT_IN_FORCE", "the contract was not active at that time");
};

export const checkNotFuture = (instantMs: number, nowMs: number): Refusal | null =>
  instantMs <= nowMs + CLOCK_TOLERANCE_MS ? null : refusal("SLOT_IN_FUTURE", "more than 60 seconds ahead");

type Profile = SignedTerms["body"]["profile"];

const TAKES_CAPTURES: ReadonlySet<Profile> = new Set<Profile>(["readable", "sealed", "local"]);
const UPLOADS_BLOBS: ReadonlySet<Profile> = new Set<Profile>(["readable", "sealed"]);

export const checkProfile = (
  terms: SignedTerms["body"],
  record:
    | { readonly name: "start" | "capture" }
    | { readonly name: "disclosure"; readonly body: Pick<StatementBody<"disclosure">, "visible"> }
    | { readonly name: "segment"; readonly body: Pick<StatementBody<"segment">, "activity" | "manual"> },
): Refusal | null => {
  if (record.name === "capture" && !TAKES_CAPTURES.has(terms.profile)) {
    return refusal("PROFILE_FORBIDS", `no captures in \`${terms.profile}\``);
  }
  if (record.name === "disclosure") return checkFiles(terms.profile, record.body);
  if (record.name !== "segment") return null;
  if (record.body.manual && !terms.manualTime) {
    return refusal("PROFILE_FORBIDS", "the terms do not allow manual time");
  }
  if (terms.profile === "waived" && record.body.activity > 0) {
    return refusal("PROFILE_FORBIDS", "no activity in `waived`");
  }
  return null;
};

/** What a disclosure names must be uploaded; in `local` it names nothing. */
const checkFiles = (profile: Profile, { visible }: Pick<StatementBody<"disclosure">, "visible">): Refusal | null => {
  if (!TAKES_CAPTURES.has(profile)) return refusal("PROFILE_FORBIDS", `nothing is disclosed in \`${profile}\``);
  if (UPLOADS_BLOBS.has(profile) === (visible !== undefined)) return null;
  return refusal(
    "PROFILE_FORBIDS",
    visible === undefined ? "both files are named" : `nothing is uploaded in \`${profile}\``,
  );
};

/** A run that has started and not stopped. */
export interface OpenRun {
  readonly startSeq: number;
  readonly startedAtS: number;
  /** The round that its start shows. */
  readonly startRound: number;
  /** `null`: the run is online, drawn by the beacon. */
  readonly drawCommitment: Uint8Array | null;
  /** The slot of its newest segment record; `null` before the first. */
  readonly lastSlot: number | null;
}

/**
 * Where the run's part of a slot begins: at the slot's start, or at the run's if it started inside. The terms that
 * are in force there are those of the whole slot.
 */
export const partStartS = (slot: number, run: Pick<OpenRun, "startedAtS"> | null): number =>
  Math.max(slotStartMs(slot) / SECOND_MS, run?.startedAtS ?? 0);

type Beacon = SignedTerms["body"]["draw"]["beacon"];

/** The slot of a round, and so of a capture: the draw says when the picture was due, the device's clock only labels. */
export const slotOfRound = (round: number, times: Pick<Beacon, "genesis" | "period">): number =>
  slotOf(roundTime(times, round) * SECOND_MS);

const broken = (detail: string): Refusal => refusal("RUN_BROKEN", detail);

/** The newest round is fetched, so the one that an online start can show is a little behind the device's clock. */
const START_ROUND_TOLERANCE_S = 60;

/** Draws are owed after the round of the start: one that names a later round would be excused from some. */
export const checkStartRound = (
  { at, beacon }: Pick<StatementBody<"start">, "at" | "beacon">,
  times: Pick<Beacon, "genesis" | "period">,
): Refusal | null => {
  const offS = Math.abs(roundAt(times, at) - beacon.round) * times.period;
  const toleratedS = beacon.sig === undefined ? 0 : START_ROUND_TOLERANCE_S + times.period;
  return offS <= toleratedS ? null : broken("`beacon.round` is not the round in which the run started");
};

/** A run has one source of draws: the beacon, whose signatures its records hold, or the seed that it committed to. */
const isOnline = ({ drawCommitment: commitment }: Pick<OpenRun, "drawCommitment">): boolean => commitment === null;

export const checkCapture = (
  run: OpenRun | null,
  capture: {
    readonly slot: number;
    readonly round: number;
    readonly roundEndS: number;
    readonly hasSignature: boolean;
  },
): Refusal | null => {
  if (run === null) return broken("no run is open: send a start first");
  if (isOnline(run) !== capture.hasSignature) return broken("the run is drawn by another source");
  if (capture.round <= run.startRound) return broken("the round is not after that of the start");
  if (capture.roundEndS <= run.startedAtS) return broken("the round was over when the run started");
  return run.lastSlot !== null && capture.slot <= run.lastSlot
    ? broken("the segment of this slot is recorded already")
    : null;
};

type Segment = StatementBody<"segment">;

/** A week. Longer runs cost more to draw than anybody tracks. */
const RUN_SLOTS_MAX = 1_008;

/** Whether a tracked segment fits its run: nobody tracks more minutes than passed. */
export const checkSegment = (run: OpenRun | null, segment: Segment): Refusal | null => {
  if (segment.manual) return checkManual(segment);
  if (run === null) return broken("no run is open: send a start first");
  if (segment.slot < slotOf(run.startedAtS * SECOND_MS)) return broken("the run started after this slot");
  if (segment.slot - slotOf(run.startedAtS * SECOND_MS) >= RUN_SLOTS_MAX) return broken("a run spans a week at most");
  if (run.lastSlot !== null && segment.slot <= run.lastSlot) return broken("the run's segments go forward in time");
  if (new Set(segment.captures).size !== segment.captures.length) return broken("a capture is named twice");
  if (segment.minutes > elapsedMinutes(run, segment)) return broken("more minutes than passed since the run started");
  if ((segment.stop && !isOnline(run)) !== (segment.drawSeed !== undefined)) {
    return broken("the draw seed is revealed with the stop of an offline run");
  }
  return segment.drawSeed === undefined || isCommitted(run, segment.drawSeed)
    ? null
    : broken("the draw seed is not the one that the start committed to");
};

const checkManual = (segment: Segment): Refusal | null => {
  const { captures, stop, drawSeed } = segment;
  if (captures.length > 0 || stop || drawSeed !== undefined) return broken("manual time belongs to no run");
  return segment.minutes <= elapsedMinutes(null, segment) ? null : broken("more minutes than passed in the slot");
};

/** Whole minutes between the start of the run's part of the slot and the record, by the device's clock. */
const elapsedMinutes = (run: OpenRun | null, { slot, at }: Segment): number => {
  const endS = Math.min(at, slotEndMs(slot) / SECOND_MS);
  return Math.floor((endS - partStartS(slot, run)) / 60);
};

const isCommitted = (run: OpenRun, drawSeed: string): boolean => {
  const seed = base64UrlToBytes(drawSeed);
  return seed !== null && run.drawCommitment !== null && equalBytes(drawCommitment(seed), run.drawCommitment);
};

/** A segment is recorded when its slot is over, or at the stop inside it. */
export const checkSegmentTime = (segment: Segment, nowMs: number): Refusal | null => {
  const endMs = segment.stop ? slotStartMs(segment.slot) : slotEndMs(segment.slot);
  const isOver = endMs <= segment.at * SECOND_MS + CLOCK_TOLERANCE_MS;
  if (!isOver) return refusal("SLOT_IN_FUTURE", "the slot was not over when the record was made");
  return checkNotFuture(segment.at * SECOND_MS, nowMs);
};

/**
 * All records of a slot together bill no more minutes than it has, nor than have passed in it by our clock: runs of a
 * second each would otherwise be rounded up to a minute, over and over.
 */
export const checkSlotMinutes = (
  { slot, minutesBefore, minutes }: { readonly slot: number; readonly minutesBefore: number; readonly minutes: number },
  nowMs: number,
): Refusal | null => {
  const passedMinutes = Math.ceil((nowMs + CLOCK_TOLERANCE_MS - slotStartMs(slot)) / MINUTE_MS);
  if (minutesBefore + minutes > SEGMENT_MINUTES) {
    return refusal("SLOT_TAKEN", `${minutesBefore} of the ten minutes are recorded already`);
  }
  return minutesBefore + minutes <= passedMinutes ? null : refusal("SLOT_IN_FUTURE", "more minutes than have passed");
};

export interface CurrentDisclosure {
  readonly ver: number;
  readonly redactedPermille: number;
  /** The platform holds every file that it names. */
  readonly isHeld: boolean;
}

/** The operator's bound, far below that of the format: each version may bring two files of 64 MiB. */
const VERSIONS_MAX = 8;

/**
 * A first disclosure may come late (it shows more, and counts as missed). A replacement only before the lock, and only
 * if it hides at least as much: what the client was shown cannot be unshown by a later version. The replaced version's
 * files must be held: nobody could send them any more, and the week's bundle would lack them for ever.
 */
export const checkDisclosure = (
  previous: CurrentDisclosure | null,
  body: Pick<StatementBody<"disclosure">, "ver" | "redacted">,
  { lockMs, nowMs }: { readonly lockMs: number; readonly nowMs: number },
): Refusal | null => {
  const ver = previous === null ? 0 : previous.ver + 1;
  if (body.ver !== ver) return refusal("DISCLOSURE_FORBIDDEN", `the next version is ${ver}`);
  if (previous === null) return null;
  if (ver >= VERSIONS_MAX) return refusal("DISCLOSURE_FORBIDDEN", `${VERSIONS_MAX} versions are enough`);
  if (!previous.isHeld) return refusal("DISCLOSURE_FORBIDDEN", "upload the files of the version before first");
  if (nowMs >= lockMs) return refusal("SLOT_LOCKED", "what was disclosed stays as it was at the lock");
  return body.redacted >= previous.redactedPermille
    ? null
    : refusal("DISCLOSURE_FORBIDDEN", "a replacement may only hide more");
};

type File = NonNullable<StatementBody<"disclosure">["visible"]>;

/** A digest stands for one file: who names it with two lengths, or as both files, lies in one of them. */
export const checkFileNames = (
  { visible, hidden }: Pick<StatementBody<"disclosure">, "visible" | "hidden">,
  bytesOf: (digest: string) => number | undefined,
): Refusal | null => {
  const isNamedOtherwise = ({ digest, bytes }: File) => (bytesOf(digest) ?? bytes) !== bytes;
  const files = [visible, hidden].filter((file) => file !== undefined);
  if (files.some(isNamedOtherwise))
    return refusal("DISCLOSURE_FORBIDDEN", "a file is named with another length already");
  return visible !== undefined && visible.digest === hidden?.digest
    ? refusal("DISCLOSURE_FORBIDDEN", "one file is named twice")
    : null;
};
