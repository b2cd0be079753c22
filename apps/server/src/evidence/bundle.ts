// One week in one file (packages/evidence bundle.ts), streamed: sealed blobs go from the store to the reader in pieces,
// so a week of hundreds of megabytes costs no memory. The pieces are canonical JSON, in the order of RFC 8785.
import { Readable } from "node:stream";
import { type Refusal, refusal } from "@underseal/api";
import {
  BUNDLE_FORMAT,
  BUNDLE_MAX_BYTES,
  type BundleRecord,
  type Envelope,
  encodeCanonical,
  type JsonValue,
} from "@underseal/evidence";
import {
  bytesToBase64Url,
  bytesToHex,
  bytesToUtf8,
  type ContractId,
  err,
  ok,
  type PersonId,
  type Result,
  SECOND_MS,
  slotStartMs,
} from "@underseal/foundation";
import { recordSubject } from "../log/index.ts";
import { type Transaction, transact } from "../platform/postgres/transact.ts";
import { readTerms } from "./diary.ts";
import type { EvidenceDeps, SignedTerms } from "./ports.ts";
import { readAccounts, readCertificates } from "./segment.ts";
import { type HeldBlob, listHeldBlobs } from "./store/blobs.ts";
import { countRange, listChainRanges, listRange, type StoredRecord } from "./store/records.ts";
import type { SlotRange } from "./store/week.ts";
import { slotsOfWeek } from "./weeks.ts";

/** As many as the format of bundles takes. */
const RECORDS_MAX = 100_000;
/** What a call to the log may ask for. */
const PROOFS_PER_CALL = 2_000;
const PROOF_WAIT_MS = 5 * SECOND_MS;
/** A record with its arrival and its proof is smaller; a receipt is much smaller. */
const RECORD_BYTES_TYPICAL = 8 * 1024;

export interface WeekOfContract {
  readonly contractId: ContractId;
  /** The date of its Monday. */
  readonly week: string;
}

/**
 * The week's bundle, the same for both parties, since whoever verifies it wants the bytes behind every disclosure and
 * receipt. What is sealed to the freelancer alone stays so: the bundle holds ciphertext only.
 */
export const exportWeek = async (
  deps: EvidenceDeps,
  personId: PersonId,
  { contractId, week }: WeekOfContract,
): Promise<Result<Readable, Refusal>> => {
  const slots = slotsOfWeek(week);
  if (slots === null) return err(refusal("NOT_FOUND", "no week begins on this day"));
  const read = (work: (transaction: Transaction) => Promise<Result<WeekContent, Refusal>>) =>
    transact(deps.database, { kind: "person", personId }, work);
  const content = await read((transaction) => readWeek(transaction, deps, { contractId, slots }));
  if (!content.ok) return content;
  const { records, blobs } = content.value;
  const proofs = await proveAll(deps, personId, records);
  if (proofs === null) return err(refusal("UNAVAILABLE", "some records are not in the log yet"));
  for (const { digest } of blobs) {
    if (!(await deps.blobs.has(digest))) return err(refusal("UNAVAILABLE", "a sealed blob is not at hand"));
  }
  const accounts = await readAccounts(deps, content.value.terms);
  const devices = await readCertificates(deps, records);
  const frame = { contractId, accounts, weekS: slotStartMs(slots.from) / SECOND_MS, devices, proofs };
  return ok(Readable.from(bundlePieces(deps, content.value, frame), { objectMode: false }));
};

interface WeekContent {
  readonly records: readonly StoredRecord[];
  readonly blobs: readonly HeldBlob[];
  /** By version. */
  readonly terms: readonly SignedTerms[];
}

const readWeek = async (
  transaction: Transaction,
  deps: EvidenceDeps,
  { contractId, slots }: { readonly contractId: ContractId; readonly slots: SlotRange },
): Promise<Result<WeekContent, Refusal>> => {
  if ((await deps.contracts.partiesOf(transaction, contractId)) === null) return err(refusal("NOT_FOUND"));
  const ranges = await listChainRanges(transaction, contractId, slots);
  const blobs = await listHeldBlobs(transaction, contractId, slots);
  const recordCount = ranges.reduce((count, range) => count + countRange(range), 0);
  if (recordCount > RECORDS_MAX || sizeOf(recordCount, blobs) > BUNDLE_MAX_BYTES) {
    return err(refusal("BUNDLE_TOO_LARGE"));
  }
  const records: StoredRecord[] = [];
  for (const range of ranges) records.push(...(await listRange(transaction, contractId, range)));
  const termsByHash = await readTerms(
    transaction,
    deps.contracts,
    records.map(({ termsHash }) => termsHash),
  );
  const terms = [...termsByHash.values()].toSorted((a, b) => a.body.version - b.body.version);
  return ok({ records, blobs, terms });
};

const sizeOf = (recordCount: number, blobs: readonly HeldBlob[]): number =>
  recordCount * RECORD_BYTES_TYPICAL + blobs.reduce((bytes, { sizeBytes }) => bytes + Math.ceil(sizeBytes / 3) * 4, 0);

/** A proof for each record, by its hash in hexadecimal; `null` where the log did not catch up in time. */
const proveAll = async (
  deps: EvidenceDeps,
  personId: PersonId,
  records: readonly StoredRecord[],
): Promise<ReadonlyMap<string, string> | null> => {
  const read = () =>
    transact(deps.database, { kind: "person", personId }, (transaction) => readProofs(transaction, deps, records));
  const found = await read();
  const behind = records.findLast(({ hash }) => !found.has(bytesToHex(hash)));
  if (behind === undefined) return found;
  await deps.log.waitForProof(recordSubject(behind), PROOF_WAIT_MS);
  const again = await read();
  return records.every(({ hash }) => again.has(bytesToHex(hash))) ? again : null;
};

const readProofs = async (transaction: Transaction, { log }: EvidenceDeps, records: readonly StoredRecord[]) => {
  const proofs = new Map<string, string>();
  for (let from = 0; from < records.length; from += PROOFS_PER_CALL) {
    const some = records.slice(from, from + PROOFS_PER_CALL);
    const answers = await log.proofsOf(transaction, some.map(recordSubject));
    for (const [i, { hash }] of some.entries()) {
      const proof = answers[i];
      if (proof !== undefined && proof !== null) proofs.set(bytesToHex(hash), proof);
    }
  }
  return proofs;
};

interface Frame {
  readonly contractId: ContractId;
  readonly weekS: number;
  readonly accounts: readonly Envelope[];
  readonly devices: readonly Envelope[];
  readonly proofs: ReadonlyMap<string, string>;
}

/** The fields of a bundle in canonical order: accounts, blobs, contract, devices, format, receipts, records, … */
async function* bundlePieces(
  { blobs: store }: Pick<EvidenceDeps, "blobs">,
  { records, blobs, terms }: WeekContent,
  { contractId, weekS, accounts, devices, proofs }: Frame,
): AsyncGenerator<string> {
  yield `{"accounts":${canonical(accounts)},"blobs":[`;
  for (const [i, { digest }] of blobs.entries()) {
    yield i === 0 ? '{"bytes":"' : ',{"bytes":"';
    yield* base64Of(await store.get(digest));
    yield `","digest":"${bytesToBase64Url(digest)}"}`;
  }
  yield `],"contract":${canonical(contractId)},"devices":${canonical(devices)},"format":${canonical(BUNDLE_FORMAT)}`;
  yield ',"receipts":[';
  for (const [i, { receipt }] of blobs.entries()) yield (i === 0 ? "" : ",") + canonical(receipt);
  yield '],"records":[';
  for (const [i, { envelope, arrival, hash }] of records.entries()) {
    const record: BundleRecord = { envelope, arrival, proof: proofs.get(bytesToHex(hash)) ?? "" };
    yield (i === 0 ? "" : ",") + canonical(record);
  }
  yield `],"terms":${canonical(terms.map(({ envelope }) => envelope))},"week":${canonical(weekS)}}`;
}

const canonical = (value: JsonValue): string => bytesToUtf8(encodeCanonical(value)) ?? "";

/** Base64 goes by threes: what is left over of a piece waits for the next. */
async function* base64Of(bytes: AsyncIterable<Uint8Array> | null): AsyncGenerator<string> {
  if (bytes === null) throw new Error("a blob disappeared while it was exported");
  let rest: Uint8Array = new Uint8Array();
  for await (const piece of bytes) {
    const joined = Buffer.concat([rest, piece]);
    const whole = joined.length - (joined.length % 3);
    yield joined.toString("base64", 0, whole);
    rest = joined.subarray(whole);
  }
  yield Buffer.from(rest).toString("base64");
}
