// What a week's bundle is made of, as it lies in the tables. Read as the person who asks, but for certificates and
// accounts, which the other party may see as well.
import { ACKNOWLEDGEMENTS_PER_WEEK_MAX, type Refusal, refusal } from "@underseal/api";
import {
  BUNDLE_MANIFEST_MAX_BYTES,
  BUNDLE_MAX_BYTES,
  type Envelope,
  readStatement,
  type Statement,
} from "@underseal/evidence";
import { assert, bytesToBase64Url, type ContractId, type DeviceId, err, ok, type Result } from "@underseal/foundation";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import { readTerms } from "./diary.ts";
import type { EnrolledDevice, EvidenceDeps, SignedTerms } from "./ports.ts";
import { readAccounts } from "./segment.ts";
import { type HeldBlob, listHeldBlobs } from "./store/blobs.ts";
import { countRange, listChainRanges, listRange, type StoredRecord } from "./store/records.ts";
import {
  findWeekStatement,
  listAcknowledgements,
  listConflictsIn,
  type StoredWeekStatement,
} from "./store/statements.ts";
import type { SlotRange } from "./store/week.ts";

/** As many as the format of bundles takes. */
const RECORDS_MAX = 100_000;
const CONFLICTS_MAX = 10_000;
/** A record with its arrival and its proof is smaller; a receipt or an acknowledgement is much smaller. */
const RECORD_BYTES_TYPICAL = 8 * 1024;

export interface WeekContent {
  readonly contractId: ContractId;
  readonly slots: SlotRange;
  /** By device and number. */
  readonly records: readonly StoredRecord[];
  /** By digest as text. */
  readonly blobs: readonly HeldBlob[];
  /** By version. */
  readonly terms: readonly SignedTerms[];
  readonly conflicts: readonly Envelope[];
  readonly acknowledgements: readonly Envelope[];
  readonly weekStatement: StoredWeekStatement | null;
}

/**
 * What others refer to is read after what refers to it, so that nothing in the bundle lacks its counterpart: every
 * record that a statement covers is committed when the statement is read.
 */
export const readWeek = async (
  transaction: Transaction,
  deps: EvidenceDeps,
  { contractId, week, slots }: { readonly contractId: ContractId; readonly week: string; readonly slots: SlotRange },
): Promise<Result<WeekContent, Refusal>> => {
  if ((await deps.contracts.partiesOf(transaction, contractId)) === null) return err(refusal("NOT_FOUND"));
  const weekStatement = await findWeekStatement(transaction, { contractId, weekStart: week });
  const acknowledged = await listAcknowledgements(transaction, contractId, {
    ...slots,
    max: ACKNOWLEDGEMENTS_PER_WEEK_MAX + 1,
  });
  // A bundle without some of them would tell another story.
  if (acknowledged.length > ACKNOWLEDGEMENTS_PER_WEEK_MAX) return err(refusal("BUNDLE_TOO_LARGE"));
  const ranges = await listChainRanges(transaction, contractId, slots);
  const recordCount = ranges.reduce((count, range) => count + countRange(range), 0);
  const isLong = recordCount > RECORDS_MAX || recordCount * RECORD_BYTES_TYPICAL > BUNDLE_MANIFEST_MAX_BYTES;
  if (isLong) return err(refusal("BUNDLE_TOO_LARGE"));
  const conflicts: Envelope[] = [];
  const records: StoredRecord[] = [];
  for (const range of ranges) {
    conflicts.push(...(await listConflictsIn(transaction, contractId, range)));
    records.push(...(await listRange(transaction, contractId, range)));
  }
  if (conflicts.length > CONFLICTS_MAX) return err(refusal("BUNDLE_TOO_LARGE"));
  const named = digestsOf(records, slots);
  const held = await listHeldBlobs(transaction, contractId, slots);
  const blobs = held.filter(({ digest }) => named.has(bytesToBase64Url(digest)));
  if (blobs.length < named.size) return err(refusal("UNAVAILABLE", "a sealed file was not uploaded yet"));
  const blobBytes = blobs.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
  if (recordCount * RECORD_BYTES_TYPICAL + blobBytes > BUNDLE_MAX_BYTES) return err(refusal("BUNDLE_TOO_LARGE"));
  const hashes = records.map(({ termsHash }) => termsHash);
  const termsByHash = await readTerms(transaction, deps.contracts, hashes);
  const terms = [...termsByHash.values()].toSorted((a, b) => a.body.version - b.body.version);
  const acknowledgements = acknowledged.map(({ envelope }) => envelope);
  return ok({ contractId, slots, records, blobs, terms, conflicts, acknowledgements, weekStatement });
};

/** Of the sealed files that the week's disclosures name; there are none where the profile uploads nothing. */
const digestsOf = (records: readonly StoredRecord[], slots: SlotRange): ReadonlySet<string> => {
  const disclosures = records.filter(
    ({ kind, slot }) => kind === "disclosure" && slot >= slots.from && slot < slots.to,
  );
  return new Set(
    disclosures.flatMap(({ envelope }) => {
      const { visible, hidden } = statementOf(envelope, "disclosure").body;
      return [visible, hidden].flatMap((file) => file?.digest ?? []);
    }),
  );
};

/** A stored record of a kind that its row names. */
export const statementOf = <Name extends Statement["name"]>(envelope: Envelope, name: Name): Statement<Name> => {
  const statement = readStatement(envelope, name);
  assert(statement.ok, "stored statements were read before they were stored");
  return statement.value;
};

export interface WeekOwners {
  readonly devices: readonly EnrolledDevice[];
  /** Of both parties, and of whoever certified and revoked the devices. */
  readonly accounts: readonly Envelope[];
}

export const readOwners = async (deps: EvidenceDeps, { records, terms }: WeekContent): Promise<WeekOwners> => {
  const ids = [...new Set(records.map(({ deviceId }) => deviceId))];
  const devices = await transact(deps.database, systemActor, async (transaction) => {
    const found: EnrolledDevice[] = [];
    for (const id of ids) {
      // The column holds ids of devices that were enrolled when their records were admitted.
      const device = await deps.devices.findById(transaction, id as DeviceId);
      if (device !== null) found.push(device);
    }
    return found;
  });
  const holders = [
    ...terms.flatMap(({ body }) => [body.client, body.freelancer]),
    ...devices.map(({ certificate }) => statementOf(certificate, "device").body),
    ...devices.flatMap(({ revocation }) => (revocation === null ? [] : statementOf(revocation, "revocation").body)),
  ];
  return { devices, accounts: await readAccounts(deps, holders) };
};
