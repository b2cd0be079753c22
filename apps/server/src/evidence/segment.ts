// Everything a reader needs to check one segment without trusting the platform.
import { type DiarySegment, type LoggedAnswer, type Refusal, refusal } from "@underseal/api";
import type { Envelope } from "@underseal/evidence";
import {
  type ContractId,
  type DeviceId,
  err,
  ok,
  type PersonId,
  type Result,
  slotOf,
  slotStartMs,
  WEEK_MS,
  weekStartOf,
} from "@underseal/foundation";
import { recordSubject } from "../log/index.ts";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import { judgeSlots } from "./diary.ts";
import type { EvidenceDeps } from "./ports.ts";
import { presentLogged, presentSlot } from "./present.ts";
import { listSlotRecords, type StoredRecord } from "./store/records.ts";

/** A slot's records: at most 200 captures with their disclosures, and its segments with their starts. */
const SLOT_RECORDS_MAX = 500;

/** Slots are stored as 32-bit numbers; this one is in the year 42,000. */
const SLOT_MAX = 2 ** 31 - 1;

export interface SegmentAnswer {
  readonly segment: DiarySegment;
  readonly terms: Envelope;
  readonly accounts: Envelope[];
  readonly devices: Envelope[];
  readonly records: LoggedAnswer[];
}

export const readSegment = async (
  deps: EvidenceDeps,
  personId: PersonId,
  { contractId, slot }: { readonly contractId: ContractId; readonly slot: number },
): Promise<Result<SegmentAnswer, Refusal>> => {
  if (slot > SLOT_MAX) return err(refusal("NOT_FOUND"));
  const found = await transact(deps.database, { kind: "person", personId }, (transaction) =>
    findSegment(transaction, deps, { contractId, slot }),
  );
  if (found === null) return err(refusal("NOT_FOUND"));
  const { parts, records, proofs } = found;
  const [first] = parts;
  if (first === undefined) return err(refusal("NOT_FOUND"));
  return ok({
    segment: presentSlot(parts),
    terms: first.terms.envelope,
    accounts: await readAccounts(deps, [first.terms.body.client, first.terms.body.freelancer]),
    devices: await readCertificates(deps, records),
    records: records.map((record, i) => presentLogged(record, proofs[i] ?? null)),
  });
};

const findSegment = async (
  transaction: Transaction,
  deps: EvidenceDeps,
  { contractId, slot }: { readonly contractId: ContractId; readonly slot: number },
) => {
  if ((await deps.contracts.partiesOf(transaction, contractId)) === null) return null;
  const weekStartMs = weekStartOf(slotStartMs(slot));
  const week = { from: slotOf(weekStartMs), to: slotOf(weekStartMs + WEEK_MS) };
  const judged = await judgeSlots(transaction, deps, contractId, week);
  const records = await listSlotRecords(transaction, contractId, { slot, limit: SLOT_RECORDS_MAX });
  const proofs = await deps.log.proofsOf(transaction, records.map(recordSubject));
  return { parts: judged.filter(({ segment }) => segment.slot === slot), records, proofs };
};

/** The statements in which these announced their keys, each once. */
export const readAccounts = async (
  { database, accounts }: Pick<EvidenceDeps, "database" | "accounts">,
  holders: readonly { readonly person: string; readonly generation: number }[],
): Promise<Envelope[]> => {
  // The schemas of statements hold each person to be an id.
  const named = holders.map(({ person, generation }) => ({ personId: person as PersonId, generation }));
  const distinct = [...new Map(named.map((each) => [`${each.personId}/${each.generation}`, each])).values()];
  return await transact(database, systemActor, async (transaction) => [
    ...(await accounts.accountsOf(transaction, distinct)),
  ]);
};

/** Certificates of the devices that made these records. The other party may see them, so the system reads them. */
const readCertificates = async (
  { database, devices }: Pick<EvidenceDeps, "database" | "devices">,
  records: readonly Pick<StoredRecord, "deviceId">[],
): Promise<Envelope[]> => {
  const ids = [...new Set(records.map(({ deviceId }) => deviceId))];
  return await transact(database, systemActor, async (transaction) => {
    const certificates: Envelope[] = [];
    for (const id of ids) {
      // The column holds ids of devices that were enrolled when their records were admitted.
      const device = await devices.findById(transaction, id as DeviceId);
      if (device !== null) certificates.push(device.certificate);
    }
    return certificates;
  });
};
