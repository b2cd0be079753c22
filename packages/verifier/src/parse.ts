// Bytes to statements, as hostile input. After this stage every statement has the documented form and nothing more is
// known: no signature, hash or reference has been looked at.
import {
  BUNDLE_MAX_BYTES,
  type Bundle,
  bundleSchema,
  type DeviceRecordName,
  deviceRecordNames,
  type Envelope,
  parseCanonical,
  readAnyStatement,
  readStatement,
  type Statement,
  type StatementName,
} from "@underseal/evidence";
import { base64ToBytes, ok, type Result, SECOND_MS, weekStartOf } from "@underseal/foundation";
import { refuse, type VerificationFailure } from "./failure.ts";

/** A record of one of the four kinds; `name` tells which. */
export type DeviceRecord = { readonly [Name in DeviceRecordName]: Statement<Name> }[DeviceRecordName];

export interface BundledRecord {
  readonly statement: DeviceRecord;
  readonly arrival: Statement<"arrival">;
  readonly proof: string;
}

export interface SealedFile {
  /** base64url, as disclosures name it. */
  readonly digest: string;
  readonly bytes: Uint8Array;
}

export interface ParsedBundle {
  readonly contract: string;
  /** Monday 00:00 UTC, in Unix seconds. */
  readonly week: number;
  readonly accounts: readonly Statement<"account">[];
  readonly devices: readonly Statement<"device">[];
  readonly terms: readonly Statement<"terms">[];
  readonly records: readonly BundledRecord[];
  readonly receipts: readonly Statement<"receipt">[];
  readonly blobs: readonly SealedFile[];
}

type Parsed<T> = Result<T, VerificationFailure>;

export const parseBundle = (bytes: Uint8Array): Parsed<ParsedBundle> => {
  if (bytes.length > BUNDLE_MAX_BYTES) return refuse("BUNDLE_TOO_LARGE");
  const json = parseCanonical(bytes, { maxBytes: BUNDLE_MAX_BYTES });
  if (!json.ok) return refuse("BUNDLE_NOT_CANONICAL");
  const bundle = bundleSchema.safeParse(json.value);
  if (!bundle.success) return refuse("BUNDLE_MALFORMED");
  const { week, records } = bundle.data;
  if (weekStartOf(week * SECOND_MS) !== week * SECOND_MS) return refuse("WEEK_INVALID");
  return records.length === 0 ? refuse("BUNDLE_EMPTY") : readStatements(bundle.data);
};

const readStatements = (bundle: Bundle): Parsed<ParsedBundle> => {
  const accounts = readAll(bundle.accounts, "account");
  if (!accounts.ok) return accounts;
  const devices = readAll(bundle.devices, "device");
  if (!devices.ok) return devices;
  const terms = readAll(bundle.terms, "terms");
  if (!terms.ok) return terms;
  const records = readRecords(bundle.records);
  if (!records.ok) return records;
  const receipts = readAll(bundle.receipts, "receipt");
  if (!receipts.ok) return receipts;
  return ok({
    contract: bundle.contract,
    week: bundle.week,
    accounts: accounts.value,
    devices: devices.value,
    terms: terms.value,
    records: records.value,
    receipts: receipts.value,
    // The schema has decoded each of them once already.
    blobs: bundle.blobs.map(({ digest, bytes }) => ({ digest, bytes: base64ToBytes(bytes) ?? new Uint8Array() })),
  });
};

const readAll = <Name extends StatementName>(
  envelopes: readonly Envelope[],
  name: Name,
): Parsed<readonly Statement<Name>[]> => {
  const statements: Statement<Name>[] = [];
  for (const envelope of envelopes) {
    const statement = readStatement(envelope, name);
    if (!statement.ok) return refuse("STATEMENT_MALFORMED");
    statements.push(statement.value);
  }
  return ok(statements);
};

const readRecords = (entries: Bundle["records"]): Parsed<readonly BundledRecord[]> => {
  const records: BundledRecord[] = [];
  for (const { envelope, arrival, proof } of entries) {
    const statement = readAnyStatement(envelope);
    const arrived = readStatement(arrival, "arrival");
    if (!statement.ok || !arrived.ok || !isDeviceRecord(statement.value)) return refuse("STATEMENT_MALFORMED");
    records.push({ statement: statement.value, arrival: arrived.value, proof });
  }
  return ok(records);
};

// A statement's name decides its body's type: `readAnyStatement` has parsed the one by the schema of the other.
const isDeviceRecord = (statement: Statement): statement is DeviceRecord =>
  deviceRecordNames.some((name) => name === statement.name);
