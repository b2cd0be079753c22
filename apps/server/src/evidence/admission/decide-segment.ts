// Segments are what is billed: they take the slot of the person, minutes of the week and money of the deposit. Here
// is decided whether there is room; `store.ts` takes it, under locks that were taken before the ground was read. Pure.
import { type Refusal, refusal } from "@underseal/api";
import { drawsEndAt, type Statement } from "@underseal/evidence";
import { dateOf, err, ok, type Result, SECOND_MS, slotStartMs, weekStartOf } from "@underseal/foundation";
import { minutesWithinLimit } from "@underseal/protection";
import { checkProfile, checkSegment, checkSegmentTime, checkSlotMinutes } from "../rules.ts";
import {
  type Admission,
  type Admitted,
  chainKeyOf,
  type DrawTask,
  type Ground,
  hashKeyOf,
  type Run,
  slotUseOf,
  timeKeyOf,
} from "./ground.ts";

type Segment = Statement<"segment">;

export const decideSegment = (ground: Ground, admission: Admission, record: Segment): Result<Admitted, Refusal> => {
  const { key, terms, run, nowMs } = admission;
  const { body } = record;
  // Before anything is asked about the slot: a number beyond every calendar has no week.
  const untimely = checkProfile(terms.body, { name: "segment", body }) ?? checkSegmentTime(body, nowMs);
  if (untimely !== null) return err(untimely);
  const weekStart = weekStartOfSlot(body.slot);
  const minutesBefore = body.minutes === 0 ? 0 : (ground.minutesByWeek.get(timeKeyOf(key.contractId, weekStart)) ?? 0);
  const refused =
    checkNamedCaptures(ground, admission, record) ??
    checkSlotFree(ground, admission, record) ??
    checkWeek(admission, record, minutesBefore) ??
    checkSegment(run, body) ??
    checkDraws(admission, record);
  if (refused !== null) return err(refused);
  const openRunSeq = run?.startSeq ?? null;
  const startSeq = body.manual ? null : openRunSeq;
  const drawnRounds = drawnAtStop(admission, record);
  const isClaim = body.minutes > 0 && slotUseOf(ground, admission, body.slot).claim === null;
  const meaning = { kind: "segment", record, startSeq, weekStart, isClaim, minutesBefore, drawnRounds } as const;
  return ok({ admission, record, meaning, slot: body.slot, openRunSeq: body.stop ? null : openRunSeq });
};

export const weekStartOfSlot = (slot: number): string => dateOf(weekStartOf(slotStartMs(slot)));

const checkNamedCaptures = (ground: Ground, { key, run }: Admission, { body }: Segment): Refusal | null => {
  const isOfRun = (hash: string): boolean => {
    const capture = ground.captures.get(hashKeyOf(key.contractId, hash));
    return capture?.deviceId === key.deviceId && capture.startSeq === run?.startSeq && capture.slot === body.slot;
  };
  return body.captures.every(isOfRun)
    ? null
    : refusal("RECORD_UNKNOWN", "a capture that it names is not of this run and slot");
};

/** A segment without minutes bills nothing, so it takes nobody's time. */
const checkSlotFree = (ground: Ground, admission: Admission, { body }: Segment): Refusal | null => {
  const { slot, minutes } = body;
  if (minutes === 0) return null;
  const { key, nowMs } = admission;
  const { claim, minutes: minutesBefore } = slotUseOf(ground, admission, slot);
  if (claim === null) return checkSlotMinutes({ slot, minutesBefore: 0, minutes }, nowMs);
  if (claim.contractId !== key.contractId) return refusal("SLOT_TAKEN", "another contract has these minutes");
  if (claim.deviceId !== key.deviceId) return refusal("SLOT_TAKEN", "another device has these minutes");
  return checkSlotMinutes({ slot, minutesBefore, minutes }, nowMs);
};

const checkWeek = ({ terms }: Admission, { body }: Segment, minutesBefore: number): Refusal | null => {
  if (body.minutes === 0) return null;
  const limitMinutes = terms.body.weeklyLimitMinutes;
  const fitting = minutesWithinLimit({ limitMinutes, minutesBefore, minutes: body.minutes });
  return fitting === 0 ? refusal("WEEKLY_LIMIT_REACHED") : null;
};

/** With the draws comes the proof of each capture: one of a round that was not drawn was chosen by somebody. */
const checkDraws = (admission: Admission, { body }: Segment): Refusal | null => {
  const { run, draws } = admission;
  if (run === null || !body.stop) return null;
  const drawn = draws.get(drawKeyOf(admission, run, body)) ?? null;
  if (drawn === null) return refusal("UNAVAILABLE", "the rounds of the run cannot be had now");
  return drawn.areCapturesDrawn ? null : refusal("RUN_BROKEN", "a capture's round was not drawn by the revealed seed");
};

/** From the stop on everybody can say which rounds of the run were drawn. */
const drawnAtStop = (admission: Admission, { body }: Segment): readonly number[] | null => {
  const { run, draws } = admission;
  if (run === null || !body.stop) return null;
  return draws.get(drawKeyOf(admission, run, body))?.rounds ?? null;
};

/**
 * The slots and captures of a run only grow, so that their numbers and the last slot name them all. A draw of another
 * stop of the run, refused before, is none of this one.
 */
const drawKeyOf = ({ key }: Admission, { startSeq, slots, rounds }: Run, { slot, at, drawSeed = "" }: Body): string =>
  `${chainKeyOf(key)}/${startSeq}/${slots.length}/${rounds.size}/${slot}/${at}/${drawSeed}`;

type Body = Segment["body"];

/** What must be known before the stop of a run is decided; `null` for every other segment, and for one that is broken. */
export const drawTaskOf = (admission: Admission, { body }: Segment): DrawTask | null => {
  const { run, terms, parties, nowMs } = admission;
  if (run === null || !body.stop) return null;
  if (checkSegmentTime(body, nowMs) !== null || checkSegment(run, body) !== null) return null;
  const { startedAtS, startRound } = run;
  const isOnline = body.drawSeed === undefined;
  return {
    key: drawKeyOf(admission, run, body),
    terms,
    person: parties.freelancerId,
    seed: body.drawSeed ?? null,
    captured: isOnline ? [] : [...run.rounds],
    slots: [...run.slots, body.slot],
    startedAtS,
    startRound,
    // By its own seed a device knows its draws anyway: there is nothing to gain by a stop that is told later.
    drawsEndS: isOnline ? drawsEndAt({ stoppedAt: body.at, seenAt: Math.floor(nowMs / SECOND_MS) }) : body.at,
  };
};
