import { assert, type Brand, concatBytes, isUuid, u64 } from "@underseal/foundation";

// What an entry is about, as the log knows it: at most 64 opaque bytes. Entries are random, so looking them up by
// themselves would touch another page for each; subjects of one chain are neighbours. The first byte is the kind, so
// that no two kinds can collide. 0 is taken: entries from before there were subjects.

export type LogSubject = Brand<Uint8Array, "LogSubject">;

export const SUBJECT_BYTES_MAX = 64;

const KINDS = { record: 1, terms: 2, revocation: 3, week: 4 } as const;

const subjectOf = (kind: keyof typeof KINDS, ...parts: readonly Uint8Array[]): LogSubject => {
  const subject = concatBytes(Uint8Array.of(KINDS[kind]), ...parts);
  assert(subject.length <= SUBJECT_BYTES_MAX, "a subject is short");
  // The only place where bytes become a subject.
  return subject as LogSubject;
};

const idBytes = (id: string): Uint8Array => {
  assert(isUuid(id), "an id is a UUID");
  return Buffer.from(id.replaceAll("-", ""), "hex");
};

/** A device record. */
export const recordSubject = (record: {
  readonly contractId: string;
  readonly deviceId: string;
  readonly seq: number;
}): LogSubject => subjectOf("record", idBytes(record.contractId), idBytes(record.deviceId), u64(BigInt(record.seq)));

/** A version of a contract's terms. */
export const termsSubject = (terms: { readonly contractId: string; readonly version: number }): LogSubject =>
  subjectOf("terms", idBytes(terms.contractId), u64(BigInt(terms.version)));

/** The end of a device. */
export const revocationSubject = (deviceId: string): LogSubject => subjectOf("revocation", idBytes(deviceId));

/** One of the statements that put a week under one root; `place` counts them. */
export const weekSubject = (statement: {
  readonly contractId: string;
  /** Of its Monday 00:00, in Unix seconds. */
  readonly weekS: number;
  readonly place: number;
}): LogSubject =>
  subjectOf("week", idBytes(statement.contractId), u64(BigInt(statement.weekS)), u64(BigInt(statement.place)));
