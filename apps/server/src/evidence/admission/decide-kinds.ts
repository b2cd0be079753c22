// What each kind of device record must fit besides its chain. Pure.
import { type Refusal, refusal } from "@underseal/api";
import { isDrawn, randomnessOf, roundTime, type Statement } from "@underseal/evidence";
import {
  bytesToBase64Url,
  equalBytes,
  err,
  ok,
  type Result,
  SECOND_MS,
  slotOf,
  slotStartMs,
  weekStartOf,
} from "@underseal/foundation";
import {
  CAPTURES_PER_SLOT_MAX,
  checkCapture,
  checkDisclosure,
  checkFileNames,
  checkNotFuture,
  checkProfile,
  checkStartRound,
  slotOfRound,
} from "../rules.ts";
import { decideSegment } from "./decide-segment.ts";
import { type Admission, type Admitted, type Ground, hashKeyOf, type Rules, timeKeyOf } from "./ground.ts";
import type { SignedRecord } from "./record.ts";

export const decideKind = (
  ground: Ground,
  rules: Rules,
  admission: Admission,
  { record, roundSignature }: SignedRecord,
): Result<Admitted, Refusal> => {
  switch (record.name) {
    case "start":
      return decideStart(admission, record, roundSignature);
    case "capture":
      return decideCapture(ground, admission, record, roundSignature);
    case "segment":
      return decideSegment(ground, admission, record);
    case "disclosure":
      return decideDisclosure(ground, rules, admission, record);
  }
};

/** A start while a run is open leaves that one without its stop: its draws can then never be checked. */
const decideStart = (
  admission: Admission,
  record: Statement<"start">,
  roundSignature: Uint8Array | null,
): Result<Admitted, Refusal> => {
  const { body } = record;
  const { beacon } = admission.terms.body.draw;
  const refused =
    checkNotFuture(body.at * SECOND_MS, admission.nowMs) ??
    checkStartRound(body, beacon) ??
    checkRoundSignature(body.beacon.sig, roundSignature);
  if (refused !== null) return err(refused);
  const slot = slotOf(body.at * SECOND_MS);
  return ok({ admission, record, meaning: { kind: "start", record }, slot, openRunSeq: body.seq });
};

const decideCapture = (
  ground: Ground,
  admission: Admission,
  record: Statement<"capture">,
  roundSignature: Uint8Array | null,
): Result<Admitted, Refusal> => {
  const { terms, run, nowMs } = admission;
  const times = terms.body.draw.beacon;
  const { round, sig } = record.body.beacon;
  const slot = slotOfRound(round, times);
  const hasSignature = sig !== undefined;
  const refused =
    checkProfile(terms.body, { name: "capture" }) ??
    checkNotFuture(Math.max(record.body.at, roundTime(times, round)) * SECOND_MS, nowMs) ??
    checkCapture(run, { slot, round, roundEndS: roundTime(times, round + 1), hasSignature }) ??
    checkRoom(ground, admission, { round, slot }) ??
    checkRoundSignature(sig, roundSignature) ??
    checkDrawn(admission, roundSignature);
  if (refused !== null) return err(refused);
  const startSeq = run?.startSeq ?? 0;
  return ok({ admission, record, meaning: { kind: "capture", record, startSeq }, slot, openRunSeq: startSeq });
};

const checkRoom = (
  ground: Ground,
  { key, run }: Admission,
  { round, slot }: { readonly round: number; readonly slot: number },
): Refusal | null => {
  if (run?.rounds.has(round)) return refusal("RUN_BROKEN", "the run has a capture of this round already");
  const inSlot = ground.capturesBySlot.get(timeKeyOf(key.contractId, slot)) ?? 0;
  return inSlot < CAPTURES_PER_SLOT_MAX ? null : refusal("RUN_BROKEN", "the slot has 200 captures already");
};

/** A round has one signature, so that bytes are compared where another would pair. */
const checkRoundSignature = (claimed: string | undefined, verified: Uint8Array | null): Refusal | null => {
  if (claimed === undefined) return null;
  if (verified === null) return refusal("UNAVAILABLE", "the beacon's round cannot be had now");
  return claimed === bytesToBase64Url(verified) ? null : refusal("BEACON_INVALID");
};

/** Online everybody can say at once what was drawn; offline only when the seed is revealed. */
const checkDrawn = ({ terms, parties }: Admission, roundSignature: Uint8Array | null): Refusal | null => {
  if (roundSignature === null) return null;
  const rule = { person: parties.freelancerId, odds: terms.body.draw.odds };
  return isDrawn(rule, randomnessOf(roundSignature)) ? null : refusal("NOT_DRAWN");
};

const decideDisclosure = (
  ground: Ground,
  { lockAtMs }: Rules,
  admission: Admission,
  record: Statement<"disclosure">,
): Result<Admitted, Refusal> => {
  const { key, terms, run, nowMs } = admission;
  const { body } = record;
  const refused = checkProfile(terms.body, { name: "disclosure", body });
  if (refused !== null) return err(refused);
  const id = hashKeyOf(key.contractId, body.capture);
  const capture = ground.captures.get(id);
  if (capture === undefined || capture.deviceId !== key.deviceId) {
    return err(refusal("RECORD_UNKNOWN", "the device has no capture with this hash"));
  }
  if (!equalBytes(capture.termsHash, terms.hash)) {
    return err(refusal("TERMS_NOT_IN_FORCE", "a disclosure is under the terms of its capture"));
  }
  const { slot } = capture;
  const forbidden =
    checkNotFuture(body.at * SECOND_MS, nowMs) ??
    checkDisclosure(ground.disclosures.get(id) ?? null, body, {
      lockMs: lockAtMs(weekStartOf(slotStartMs(slot))),
      nowMs,
    }) ??
    checkFileNames(body, (digest) => ground.files.get(hashKeyOf(key.contractId, digest))?.bytes);
  if (forbidden !== null) return err(forbidden);
  return ok({ admission, record, meaning: { kind: "disclosure", record }, slot, openRunSeq: run?.startSeq ?? null });
};
