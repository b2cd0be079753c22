// What each kind of device record must fit besides its chain. Pure.
import { type Refusal, refusal } from "@underseal/api";
import type { Statement } from "@underseal/evidence";
import { equalBytes, err, ok, type Result, SECOND_MS, slotOf, slotStartMs, weekStartOf } from "@underseal/foundation";
import {
  CAPTURES_PER_SLOT_MAX,
  checkCapture,
  checkDisclosure,
  checkNotFuture,
  checkProfile,
  checkStartRound,
  slotOfRound,
} from "../rules.ts";
import type { Rules } from "./decide.ts";
import { decideSegment } from "./decide-segment.ts";
import { type Admission, type Admitted, type Ground, hashKeyOf, timeKeyOf } from "./ground.ts";
import type { DeviceRecord } from "./record.ts";

export const decideKind = (
  ground: Ground,
  rules: Rules,
  admission: Admission,
  record: DeviceRecord,
): Result<Admitted, Refusal> => {
  switch (record.name) {
    case "start":
      return decideStart(admission, record);
    case "capture":
      return decideCapture(ground, admission, record);
    case "segment":
      return decideSegment(ground, admission, record);
    case "disclosure":
      return decideDisclosure(ground, rules, admission, record);
  }
};

/** A start while a run is open leaves that one without its stop: its draws can then never be checked. */
const decideStart = (admission: Admission, record: Statement<"start">): Result<Admitted, Refusal> => {
  const { body } = record;
  const { nowMs, terms } = admission;
  const refused = checkNotFuture(body.at * SECOND_MS, nowMs) ?? checkStartRound(body, terms.body.draw.roundSeconds);
  if (refused !== null) return err(refused);
  const slot = slotOf(body.at * SECOND_MS);
  return ok({ admission, record, meaning: { kind: "start", record }, slot, openRunSeq: body.seq });
};

const decideCapture = (
  ground: Ground,
  admission: Admission,
  record: Statement<"capture">,
): Result<Admitted, Refusal> => {
  const { key, terms, run, nowMs } = admission;
  const { roundSeconds } = terms.body.draw;
  const { at, beacon } = record.body;
  const slot = slotOfRound(beacon.round, roundSeconds);
  const refused =
    checkProfile(terms.body, { name: "capture" }) ??
    checkNotFuture(Math.max(at, beacon.round * roundSeconds) * SECOND_MS, nowMs) ??
    checkCapture(run, { slot, roundEndS: (beacon.round + 1) * roundSeconds });
  if (refused !== null) return err(refused);
  const startSeq = run?.startSeq ?? 0;
  if (run?.rounds.has(beacon.round)) return err(refusal("RUN_BROKEN", "the run has a capture of this round already"));
  const inSlot = ground.capturesBySlot.get(timeKeyOf(key.contractId, slot)) ?? 0;
  if (inSlot >= CAPTURES_PER_SLOT_MAX) return err(refusal("RUN_BROKEN", "the slot has 200 captures already"));
  return ok({ admission, record, meaning: { kind: "capture", record, startSeq }, slot, openRunSeq: startSeq });
};

const decideDisclosure = (
  ground: Ground,
  { lockAtMs }: Rules,
  admission: Admission,
  record: Statement<"disclosure">,
): Result<Admitted, Refusal> => {
  const { key, terms, run, nowMs } = admission;
  const { body } = record;
  const refused = checkProfile(terms.body, { name: "disclosure" });
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
    });
  if (forbidden !== null) return err(forbidden);
  return ok({ admission, record, meaning: { kind: "disclosure", record }, slot, openRunSeq: run?.startSeq ?? null });
};
