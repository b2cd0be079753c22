// What each kind of device record must fit besides its chain, and the rows its meaning is read from. Each function
// decides first and writes afterwards: a refusal leaves nothing behind.
import { type Refusal, refusal } from "@underseal/api";
import { equalBytes, err, ok, type Result, SECOND_MS, slotOf, slotStartMs, weekStartOf } from "@underseal/foundation";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { Admission, AdmitKind, DeviceRecord, Placed } from "./admission.ts";
import { admitSegment } from "./admit-segment.ts";
import type { EvidenceDeps } from "./ports.ts";
import {
  CAPTURES_PER_SLOT_MAX,
  checkCapture,
  checkDisclosure,
  checkNotFuture,
  checkProfile,
  checkStartRound,
  slotOfRound,
} from "./rules.ts";
import {
  countCaptures,
  decoded,
  findCapture,
  findDisclosure,
  insertCapture,
  insertDisclosure,
  insertRun,
} from "./store/runs.ts";

export const admitByKind = (
  transaction: Transaction,
  deps: EvidenceDeps,
  admission: Admission,
  record: DeviceRecord,
): Promise<Result<Placed, Refusal>> => {
  switch (record.name) {
    case "start":
      return admitStart(transaction, deps, admission, record);
    case "capture":
      return admitCapture(transaction, deps, admission, record);
    case "segment":
      return admitSegment(transaction, deps, admission, record);
    case "disclosure":
      return admitDisclosure(transaction, deps, admission, record);
  }
};

/** A start while a run is open leaves that one without its stop: its draws can then never be checked. */
const admitStart: AdmitKind<"start"> = async (transaction, _deps, { key, parties, terms, nowMs }, { body }) => {
  const refused = checkNotFuture(body.at * SECOND_MS, nowMs) ?? checkStartRound(body, terms.body.draw.roundSeconds);
  if (refused !== null) return err(refused);
  await insertRun(transaction, key, parties, body);
  return ok({ slot: slotOf(body.at * SECOND_MS), openRunSeq: body.seq });
};

const admitCapture: AdmitKind<"capture"> = async (transaction, _deps, admission, { body, hash }) => {
  const { key, parties, terms, run, nowMs } = admission;
  const { roundSeconds } = terms.body.draw;
  const { round } = body.beacon;
  const slot = slotOfRound(round, roundSeconds);
  const refused =
    checkProfile(terms.body, { name: "capture" }) ??
    checkNotFuture(Math.max(body.at, round * roundSeconds) * SECOND_MS, nowMs) ??
    checkCapture(run, { slot, roundEndS: (round + 1) * roundSeconds });
  if (refused !== null) return err(refused);
  const startSeq = run?.startSeq ?? 0;
  const { inSlot, isRoundTaken } = await countCaptures(transaction, key, { slot, startSeq, round });
  if (isRoundTaken) return err(refusal("RUN_BROKEN", "the run has a capture of this round already"));
  if (inSlot >= CAPTURES_PER_SLOT_MAX) return err(refusal("RUN_BROKEN", "the slot has 200 captures already"));
  await insertCapture(transaction, key, parties, {
    hash,
    termsHash: terms.hash,
    startSeq,
    slot,
    body,
    arrivedAtMs: nowMs,
  });
  return ok({ slot, openRunSeq: startSeq });
};

const admitDisclosure: AdmitKind<"disclosure"> = async (transaction, { billing }, admission, { body, hash }) => {
  const { key, parties, terms, run, nowMs } = admission;
  const refused = checkProfile(terms.body, { name: "disclosure" });
  if (refused !== null) return err(refused);
  const capture = await findCapture(transaction, key, decoded(body.capture));
  if (capture === null) return err(refusal("RECORD_UNKNOWN", "the device has no capture with this hash"));
  if (!equalBytes(capture.termsHash, terms.hash)) {
    return err(refusal("TERMS_NOT_IN_FORCE", "a disclosure is under the terms of its capture"));
  }
  const previous = await findDisclosure(transaction, key.contractId, decoded(body.capture));
  const forbidden =
    checkNotFuture(body.at * SECOND_MS, nowMs) ??
    checkDisclosure(previous, body, { lockMs: billing.lockAtMs(weekStartOf(slotStartMs(capture.slot))), nowMs });
  if (forbidden !== null) return err(forbidden);
  await insertDisclosure(transaction, key, parties, { hash, slot: capture.slot, body, arrivedAtMs: nowMs });
  return ok({ slot: capture.slot, openRunSeq: run?.startSeq ?? null });
};
