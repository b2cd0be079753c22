// Bytes to statements, as hostile input. After this stage every statement has the documented form and nothing more is
// known: no signature, hash or reference has been looked at.
import {
  type BundleFile,
  type BundleManifest,
  type DeviceRecordName,
  deviceRecordNames,
  type Envelope,
  readAnyStatement,
  readBundle,
  readStatement,
  type Statement,
  type StatementName,
} from "@underseal/evidence";
import { ok, type Result, SECOND_MS, weekStartOf } from "@underseal/foundation";
import { refuse, type VerificationFailure } from "./failure.ts";

/** A record of one of the four kinds; `name` tells which. */
export type DeviceRecord = { readonly [Name in DeviceRecordName]: Statement<Name> }[DeviceRecordName];

export interface BundledRecord {
  readonly statement: DeviceRecord;
  readonly arrival: Statement<"arrival">;
  readonly proof: string;
}

/** A statement with its place in the log. */
export interface LoggedStatement<Name extends StatementName> {
  readonly statement: Statement<Name>;
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
  readonly revocations: readonly LoggedStatement<"revocation">[];
  readonly terms: readonly LoggedStatement<"terms">[];
  readonly records: readonly BundledRecord[];
  readonly conflicts: readonly DeviceRecord[];
  readonly acknowledgements: readonly Statement<"acknowledgement">[];
  readonly weekStatement: LoggedStatement<"week"> | null;
  readonly consistency: BundleManifest["consistency"];
  readonly rounds: BundleManifest["rounds"];
  readonly receipts: readonly Statement<"receipt">[];
  readonly blobs: readonly SealedFile[];
}

type Parsed<T> = Result<T, VerificationFailure>;

export const parseBundle = (bytes: Uint8Array): Parsed<ParsedBundle> => {
  const file = readBundle(bytes);
  if (!file.ok) return refuse(file.error);
  const { week, records } = file.value.manifest;
  if (weekStartOf(week * SECOND_MS) !== week * SECOND_MS) return refuse("WEEK_INVALID");
  return records.length === 0 ? refuse("BUNDLE_EMPTY") : readStatements(file.value);
};

const readStatements = ({ manifest, blobs }: BundleFile): Parsed<ParsedBundle> => {
  const accounts = readAll(manifest.accounts, "account");
  if (!accounts.ok) return accounts;
  const devices = readAll(manifest.devices, "device");
  if (!devices.ok) return devices;
  const revocations = readLogged(manifest.revocations, "revocation");
  if (!revocations.ok) return revocations;
  const terms = readLogged(manifest.terms, "terms");
  if (!terms.ok) return terms;
  const records = readRecords(manifest.records);
  if (!records.ok) return records;
  const conflicts = readConflicts(manifest.conflicts);
  if (!conflicts.ok) return conflicts;
  const acknowledgements = readAll(manifest.acknowledgements, "acknowledgement");
  if (!acknowledgements.ok) return acknowledgements;
  const weekStatements = readLogged(manifest.weekStatements, "week");
  if (!weekStatements.ok) return weekStatements;
  const receipts = readAll(manifest.receipts, "receipt");
  if (!receipts.ok) return receipts;
  const { contract, week, consistency, rounds } = manifest;
  return ok({
    ...{ contract, week, consistency, rounds },
    accounts: accounts.value,
    devices: devices.value,
    revocations: revocations.value,
    terms: terms.value,
    records: records.value,
    conflicts: conflicts.value,
    acknowledgements: acknowledgements.value,
    weekStatement: weekStatements.value[0] ?? null,
    receipts: receipts.value,
    blobs: manifest.blobs.map(({ digest }, i) => ({ digest, bytes: blobs[i] ?? new Uint8Array() })),
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

const readLogged = <Name extends StatementName>(
  entries: readonly { readonly envelope: Envelope; readonly proof: string }[],
  name: Name,
): Parsed<readonly LoggedStatement<Name>[]> => {
  const statements = readAll(
    entries.map(({ envelope }) => envelope),
    name,
  );
  if (!statements.ok) return statements;
  return ok(statements.value.map((statement, i) => ({ statement, proof: entries[i]?.proof ?? "" })));
};

const readConflicts = (envelopes: readonly Envelope[]): Parsed<readonly DeviceRecord[]> => {
  const records: DeviceRecord[] = [];
  for (const envelope of envelopes) {
    const statement = readAnyStatement(envelope);
    if (!statement.ok || !isDeviceRecord(statement.value)) return refuse("STATEMENT_MALFORMED");
    records.push(statement.value);
  }
  return ok(records);
};

const readRecords = (entries: BundleManifest["records"]): Parsed<readonly BundledRecord[]> => {
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
