// Admission of a device record (protocol §8): every check in the order of the protocol, then one transaction that
// stores the signed bytes, moves the chain and queues the log entry. A record is admitted whole or not at all; sent
// again, it is answered from what was stored.
import { type Refusal, refusal } from "@underseal/api";
import {
  deviceRecordNames,
  isSignedBy,
  logEntryOf,
  readAnyStatement,
  type Statement,
  signStatement,
} from "@underseal/evidence";
import {
  bytesToBase64Url,
  type ContractId,
  err,
  ok,
  type PersonId,
  type Result,
  reveal,
  SECOND_MS,
} from "@underseal/foundation";
import { recordSubject } from "../log/index.ts";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import type { Admission, DeviceRecord } from "./admission.ts";
import { admitByKind } from "./admit-kinds.ts";
import type { EnrolledDevice, EvidenceDeps, SignedTerms } from "./ports.ts";
import { checkFollows, checkInForce, type OpenRun, partStartS, slotOfRound } from "./rules.ts";
import { type Chain, lockChain, moveChain } from "./store/chain.ts";
import { findByBody, insertRecord, keepConflict, type StoredRecord } from "./store/records.ts";
import { decoded, findRunBefore } from "./store/runs.ts";

/** Admits the record or answers which rule it breaks. Resolves after the commit; the log may not have it yet. */
export const admitRecord = async (deps: EvidenceDeps, input: unknown): Promise<Result<StoredRecord, Refusal>> => {
  const record = readDeviceRecord(input);
  if (!record.ok) return record;
  return await transact(deps.database, systemActor, (transaction) => admit(transaction, deps, record.value));
};

const readDeviceRecord = (input: unknown): Result<DeviceRecord, Refusal> => {
  const statement = readAnyStatement(input);
  if (!statement.ok) return err(refusal(statement.error.code, statement.error.detail));
  return isDeviceRecord(statement.value)
    ? ok(statement.value)
    : err(refusal("ENVELOPE_INVALID", `a ${statement.value.name} is no device record`));
};

// The name decides which body's schema was applied.
const isDeviceRecord = (statement: Statement): statement is DeviceRecord =>
  deviceRecordNames.some((name) => name === statement.name);

const admit = async (
  transaction: Transaction,
  deps: EvidenceDeps,
  record: DeviceRecord,
): Promise<Result<StoredRecord, Refusal>> => {
  const device = await findSigner(transaction, deps, record);
  if (!device.ok) return device;
  // What was admitted once is answered again, whatever has become of device and terms since.
  const answered = await findByBody(transaction, contractOf(record), record.bodyHash);
  if (answered !== null) return ok(answered);
  const uncertified = checkCertified(device.value, record, deps.clock.now());
  if (uncertified !== null) return err(uncertified);
  const terms = await findTerms(transaction, deps, record, device.value);
  if (!terms.ok) return terms;
  const key = { contractId: terms.value.contractId, deviceId: device.value.deviceId };
  const chain = await lockChain(transaction, key, device.value.personId);
  const lastRun = await findRunBefore(transaction, key, record.body.seq);
  const spans = await deps.contracts.activeSpansOf(transaction, key.contractId);
  const instantS = bindingInstantS(record, terms.value, lastRun);
  const unbound = instantS === null ? null : checkInForce(terms.value, spans, instantS);
  if (unbound !== null) return err(unbound);
  // The same record may have come twice at once: now, with the chain locked, the other one is there.
  const replayed = await findByBody(transaction, key.contractId, record.bodyHash);
  if (replayed !== null) return ok(replayed);
  const run = lastRun !== null && lastRun.startSeq === chain.openRunSeq ? lastRun : null;
  const admission = { key, parties: partiesOf(terms.value), terms: terms.value, run, nowMs: deps.clock.now() };
  const misplaced = await checkPlace(transaction, admission, chain, record);
  return misplaced === null ? await store(transaction, deps, admission, record) : err(misplaced);
};

const findSigner = async (
  transaction: Transaction,
  deps: EvidenceDeps,
  record: DeviceRecord,
): Promise<Result<EnrolledDevice, Refusal>> => {
  const device = await deps.devices.findByKeyId(transaction, record.signatures[0]?.keyid ?? "");
  if (device === null) return err(refusal("DEVICE_UNKNOWN"));
  if (!isSignedBy(record, [device.sign])) return err(refusal("SIGNATURE_INVALID"));
  if (device.deviceId !== record.body.device) return err(refusal("DEVICE_UNKNOWN", "the key is another device's"));
  return ok(device);
};

const checkCertified = (device: EnrolledDevice, { body }: DeviceRecord, nowMs: number): Refusal | null => {
  if (device.state === "revoked") return refusal("DEVICE_REVOKED");
  const madeAtMs = body.at * SECOND_MS;
  const isCertified = device.notBeforeMs <= madeAtMs && madeAtMs < device.notAfterMs && nowMs < device.notAfterMs;
  return isCertified ? null : refusal("DEVICE_UNKNOWN", "its certificate is not valid at this time");
};

// The schema of records holds it to be a UUID; whether there is such a contract, the rows say.
const contractOf = ({ body }: DeviceRecord): ContractId => body.contract as ContractId;

const findTerms = async (
  transaction: Transaction,
  deps: EvidenceDeps,
  { body }: DeviceRecord,
  device: EnrolledDevice,
): Promise<Result<SignedTerms, Refusal>> => {
  const terms = await deps.contracts.termsByHash(transaction, decoded(body.terms));
  if (terms === null) return err(refusal("TERMS_NOT_IN_FORCE", "no terms with this hash are signed by both sides"));
  if (terms.contractId !== body.contract)
    return err(refusal("TERMS_NOT_IN_FORCE", "these terms are another contract's"));
  return terms.body.freelancer.person === device.personId
    ? ok(terms)
    : err(refusal("TERMS_NOT_IN_FORCE", "the device's owner is not the freelancer of these terms"));
};

const partiesOf = ({ body }: SignedTerms): Admission["parties"] => ({
  // The schema of terms holds both to be ids.
  freelancerId: body.freelancer.person as PersonId,
  clientId: body.client.person as PersonId,
});

/**
 * The instant whose terms a record must name: where its run's part of its slot begins, so that one slot has one rate.
 * `null` for a disclosure, which is held to the terms of its capture.
 */
const bindingInstantS = (record: DeviceRecord, { body }: SignedTerms, run: OpenRun | null): number | null => {
  switch (record.name) {
    case "start":
      return record.body.at;
    case "capture":
      return partStartS(slotOfRound(record.body.beacon.round, body.draw.roundSeconds), run);
    case "segment":
      return partStartS(record.body.slot, record.body.manual ? null : run);
    case "disclosure":
      return null;
  }
};

const checkPlace = async (
  transaction: Transaction,
  { key, parties, nowMs }: Admission,
  chain: Chain,
  record: DeviceRecord,
): Promise<Refusal | null> => {
  const misplaced = checkFollows(chain, record.body);
  if (misplaced?.code === "SEQUENCE_TAKEN") {
    await keepConflict(transaction, key, parties, { statement: record, arrivedAtMs: nowMs });
  }
  return misplaced;
};

const store = async (
  transaction: Transaction,
  deps: EvidenceDeps,
  admission: Admission,
  record: DeviceRecord,
): Promise<Result<StoredRecord, Refusal>> => {
  const { key, parties, terms, nowMs } = admission;
  const admitted = await admitByKind(transaction, deps, admission, record);
  if (!admitted.ok) return admitted;
  const { slot, openRunSeq } = admitted.value;
  const arrival = signArrival(deps, { contractId: key.contractId, statement: record, nowMs });
  const toStore = { statement: record, arrival, arrivedAtMs: nowMs, slot, termsHash: terms.hash };
  await insertRecord(transaction, key, parties, toStore);
  await moveChain(transaction, key, { seq: record.body.seq, hash: record.hash, openRunSeq });
  const subject = recordSubject({ ...key, seq: record.body.seq });
  await deps.log.enqueue(transaction, { subject, entry: logEntryOf(record.hash) });
  return ok({
    contractId: key.contractId,
    hash: record.hash,
    deviceId: key.deviceId,
    seq: record.body.seq,
    kind: record.name,
    termsHash: terms.hash,
    slot,
    envelope: record.envelope,
    arrival: arrival.envelope,
  });
};

/** The platform's own guarantee of when it had the record: a slow log costs the freelancer nothing. */
const signArrival = (
  { platformKey }: EvidenceDeps,
  { contractId, statement, nowMs }: { contractId: ContractId; statement: Statement; nowMs: number },
): Statement<"arrival"> =>
  signStatement(
    "arrival",
    { contract: contractId, statement: bytesToBase64Url(statement.hash), at: Math.floor(nowMs / SECOND_MS) },
    [reveal(platformKey.secretKey)],
  );
