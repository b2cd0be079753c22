// Segments are what is billed: on their way in they take minutes of the week, the slot of the person and money of the
// deposit, locked in that order. Everything is decided before anything is written.
import { type Refusal, refusal } from "@underseal/api";
import { type DrawRule, isDrawn, type Statement } from "@underseal/evidence";
import { dateOf, err, money, ok, slotStartMs, weekStartOf } from "@underseal/foundation";
import { minutesWithinLimit } from "@underseal/protection";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { Admission, AdmitKind } from "./admission.ts";
import { drawnInSlots } from "./draws.ts";
import type { EvidenceDeps, FundingOutcome, SignedTerms } from "./ports.ts";
import { checkProfile, checkSegment, checkSegmentTime, checkSlotMinutes, type OpenRun } from "./rules.ts";
import { claimSlot, findSlotClaim, lockWeekMinutes, setWeekMinutes, sumSlotMinutes } from "./store/claims.ts";
import { countNamedCaptures, decoded, insertSegment, insertStop, listRounds, listRunSlots } from "./store/runs.ts";

export const admitSegment: AdmitKind<"segment"> = async (transaction, deps, admission, record) => {
  const { key, parties, terms, run, nowMs } = admission;
  const { body, hash } = record;
  const refused =
    checkProfile(terms.body, { name: "segment", body }) ??
    checkSegmentTime(body, nowMs) ??
    (await checkNamedCaptures(transaction, admission, record)) ??
    (await checkSlotFree(transaction, admission, record));
  if (refused !== null) return err(refused);
  const week = await countWeek(transaction, admission, record);
  const unfit =
    (week.isOver ? refusal("WEEKLY_LIMIT_REACHED") : null) ??
    checkSegment(run, body) ??
    (await checkDraws(transaction, admission, record));
  if (unfit !== null) return err(unfit);
  const lost = await takeSlot(transaction, admission, record);
  if (lost !== null) return err(lost);
  const startSeq = body.manual ? null : (run?.startSeq ?? null);
  const funding = await fund(transaction, deps, admission, record);
  const toStore = { hash, termsHash: terms.hash, startSeq, body, arrivedAtMs: nowMs, funding };
  await insertSegment(transaction, key, parties, { ...toStore, minutesBefore: week.before });
  if (body.minutes > 0) {
    await setWeekMinutes(transaction, key.contractId, { ...week, minutes: week.before + body.minutes });
  }
  if (run !== null && body.stop) await closeRun(transaction, admission, run, record);
  return ok({ slot: body.slot, openRunSeq: body.stop ? null : (run?.startSeq ?? null) });
};

type Segment = Statement<"segment">;

const checkNamedCaptures = async (
  transaction: Transaction,
  { key, run }: Admission,
  { body }: Segment,
): Promise<Refusal | null> => {
  const hashes = [...new Set(body.captures)].map(decoded);
  const startSeq = run?.startSeq ?? -1;
  const found = await countNamedCaptures(transaction, key, { hashes, slot: body.slot, startSeq });
  return found === hashes.length
    ? null
    : refusal("RECORD_UNKNOWN", "a capture that it names is not of this run and slot");
};

/** A segment without minutes bills nothing, so it takes nobody's time. */
const checkSlotFree = async (
  transaction: Transaction,
  { key, parties, nowMs }: Admission,
  { body }: Segment,
): Promise<Refusal | null> => {
  if (body.minutes === 0) return null;
  const { slot, minutes } = body;
  const claim = await findSlotClaim(transaction, parties.freelancerId, slot);
  if (claim === null) return checkSlotMinutes({ slot, minutesBefore: 0, minutes }, nowMs);
  if (claim.contractId !== key.contractId) return refusal("SLOT_TAKEN", "another contract has these minutes");
  if (claim.deviceId !== key.deviceId) return refusal("SLOT_TAKEN", "another device has these minutes");
  const minutesBefore = await sumSlotMinutes(transaction, key.contractId, slot);
  return checkSlotMinutes({ slot, minutesBefore, minutes }, nowMs);
};

const takeSlot = async (transaction: Transaction, admission: Admission, record: Segment): Promise<Refusal | null> => {
  if (record.body.minutes === 0) return null;
  const { key, parties } = admission;
  await claimSlot(transaction, parties.freelancerId, { ...key, slot: record.body.slot });
  // A racer may have taken it after we looked.
  return await checkSlotFree(transaction, admission, record);
};

const countWeek = async (transaction: Transaction, { key, parties, terms }: Admission, { body }: Segment) => {
  const weekStart = dateOf(weekStartOf(slotStartMs(body.slot)));
  if (body.minutes === 0) return { weekStart, before: 0, isOver: false };
  const before = await lockWeekMinutes(transaction, key.contractId, parties, weekStart);
  const limitMinutes = terms.body.weeklyLimitMinutes;
  const fitting = minutesWithinLimit({ limitMinutes, minutesBefore: before, minutes: body.minutes });
  return { weekStart, before, isOver: fitting === 0 };
};

const fund = async (
  transaction: Transaction,
  { billing }: EvidenceDeps,
  { key, parties, terms }: Admission,
  { body, hash }: Segment,
): Promise<FundingOutcome | null> => {
  if (body.minutes === 0) return null;
  const { rate, weeklyLimitMinutes, feePermille, funding } = terms.body;
  return await billing.recordSegment(transaction, {
    contractId: key.contractId,
    ...parties,
    segmentHash: hash,
    slot: body.slot,
    minutes: body.minutes,
    isManual: body.manual,
    terms: {
      rate: money(BigInt(rate.amountMinor), rate.currency),
      weeklyLimitMinutes,
      feePermille,
      hasDeposit: funding !== "card",
    },
  });
};

/** With the seed comes the proof of each capture: one of a round that was not drawn was chosen by somebody. */
const checkDraws = async (
  transaction: Transaction,
  { key, terms, parties, run }: Admission,
  { body }: Segment,
): Promise<Refusal | null> => {
  if (run === null || body.drawSeed === undefined) return null;
  const rule = drawRuleOf(terms, parties.freelancerId, body.drawSeed);
  const rounds = await listRounds(transaction, key, run.startSeq);
  return rounds.every((round) => isDrawn(rule, round))
    ? null
    : refusal("RUN_BROKEN", "a capture's round was not drawn by the revealed seed");
};

const drawRuleOf = ({ body }: SignedTerms, person: string, seed: string): DrawRule => ({
  seed: decoded(seed),
  person,
  odds: body.draw.odds,
});

/** The seed is revealed with the stop: from now on everybody can say which rounds it drew. */
const closeRun = async (
  transaction: Transaction,
  { key, parties, terms }: Admission,
  run: OpenRun,
  { body }: Segment,
): Promise<void> => {
  const { roundSeconds } = terms.body.draw;
  const rule = drawRuleOf(terms, parties.freelancerId, body.drawSeed ?? "");
  const slots = await listRunSlots(transaction, key, run.startSeq);
  const drawnRounds = drawnInSlots(rule, { slots, roundSeconds, startedAtS: run.startedAtS });
  await insertStop(transaction, key, parties, { startSeq: run.startSeq, segment: body, drawnRounds });
};
