// Whether a record passes (protocol §8), in the order of the protocol. Pure: the ground says what was admitted before.
import { type Refusal, refusal } from "@underseal/api";
import { err, ok, type Result } from "@underseal/foundation";
import type { SignedTerms } from "../ports.ts";
import { checkFollows, checkInForce, partStartS, slotOfRound } from "../rules.ts";
import type { StoredRecord } from "../store/records.ts";
import { decideKind } from "./decide-kinds.ts";
import { drawTaskOf } from "./decide-segment.ts";
import {
  type Admission,
  type Admitted,
  chainKeyOf,
  type DrawTask,
  type Ground,
  hashKeyOf,
  partiesOf,
  type Rules,
  type Run,
  runBefore,
} from "./ground.ts";
import { checkCertified, contractOf, type DeviceRecord, type SignedRecord } from "./record.ts";

export type Decision =
  | { readonly kind: "admitted"; readonly admitted: Admitted }
  /** It was admitted before: answered with what was stored then. */
  | { readonly kind: "replayed"; readonly stored: StoredRecord }
  | { readonly kind: "refused"; readonly refused: Refusal }
  /** It stops a run, and can be decided once it is known what was drawn. */
  | { readonly kind: "undrawn"; readonly task: DrawTask }
  /** Another body with its number stands in the chain: refused, and kept for an arbiter. */
  | { readonly kind: "conflicting"; readonly refused: Refusal; readonly admission: Admission };

export const decide = (ground: Ground, rules: Rules, signed: SignedRecord, nowMs: number): Decision => {
  const { record, device } = signed;
  // What was admitted once is answered again, whatever has become of device and terms since.
  const stored = ground.replays.get(hashKeyOf(contractOf(record), record.bodyHash));
  if (stored !== undefined) return { kind: "replayed", stored };
  const uncertified = ground.revoked.has(device.deviceId) ? refusal("DEVICE_REVOKED") : checkCertified(signed, nowMs);
  if (uncertified !== null) return refuse(uncertified);
  const terms = findTerms(ground, signed);
  if (!terms.ok) return refuse(terms.error);
  const key = { contractId: terms.value.contractId, deviceId: device.deviceId };
  const lastRun = runBefore(ground, key, record.body.seq);
  const unbound = checkBound(ground, terms.value, record, lastRun);
  if (unbound !== null) return refuse(unbound);
  const chain = ground.chains.get(chainKeyOf(key)) ?? { seq: -1, hash: new Uint8Array(32), openRunSeq: null };
  const run = lastRun !== null && lastRun.startSeq === chain.openRunSeq ? lastRun : null;
  const parties = partiesOf(terms.value);
  const admission: Admission = { key, parties, device, terms: terms.value, draws: signed.draws, run, nowMs };
  const misplaced = checkFollows(chain, record.body);
  if (misplaced?.code === "SEQUENCE_TAKEN") return { kind: "conflicting", refused: misplaced, admission };
  if (misplaced !== null) return refuse(misplaced);
  const task = record.name === "segment" ? drawTaskOf(admission, record) : null;
  if (task !== null && !signed.draws.has(task.key)) return { kind: "undrawn", task };
  const admitted = decideKind(ground, rules, admission, signed);
  return admitted.ok ? { kind: "admitted", admitted: admitted.value } : refuse(admitted.error);
};

const refuse = (refused: Refusal): Decision => ({ kind: "refused", refused });

/** Terms that both signed, of this contract, with the device's owner as the freelancer. */
export const findTerms = (
  ground: Pick<Ground, "terms">,
  { record: { body }, device }: SignedRecord,
): Result<SignedTerms, Refusal> => {
  const terms = ground.terms.get(body.terms);
  if (terms === undefined) return notInForce("no terms with this hash are signed by both sides");
  if (terms.contractId !== body.contract) return notInForce("these terms are another contract's");
  if (terms.body.freelancer.person === device.personId) return ok(terms);
  return notInForce("the device's owner is not the freelancer of these terms");
};

const notInForce = (detail: string) => err(refusal("TERMS_NOT_IN_FORCE", detail));

const checkBound = (ground: Ground, terms: SignedTerms, record: DeviceRecord, run: Run | null): Refusal | null => {
  // Whoever verifies knows no other beginning of the terms than the one that they state.
  if (record.body.at < terms.body.validFrom) return refusal("TERMS_NOT_IN_FORCE", "`at` is before these terms begin");
  const instantS = bindingInstantS(record, terms, run);
  return instantS === null ? null : checkInForce(terms, ground.spans.get(terms.contractId) ?? [], instantS);
};

/**
 * The instant whose terms a record must name: where its run's part of its slot begins, so that one slot has one rate.
 * `null` for a disclosure, which is held to the terms of its capture.
 */
const bindingInstantS = (record: DeviceRecord, { body }: SignedTerms, run: Run | null): number | null => {
  switch (record.name) {
    case "start":
      return record.body.at;
    case "capture":
      return partStartS(slotOfRound(record.body.beacon.round, body.draw.beacon), run);
    case "segment":
      return partStartS(record.body.slot, record.body.manual ? null : run);
    case "disclosure":
      return null;
  }
};
