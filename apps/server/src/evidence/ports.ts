// What the evidence feature needs from the others, and nothing more. The composition root passes the real ones.
import type { BeaconChain, Envelope, StatementBody } from "@underseal/evidence";
import type { Clock, ContractId, DeviceId, Money, PersonId, Random, Redacted } from "@underseal/foundation";
import type { LogSubject, SubjectEntry } from "../log/index.ts";
import type { BlobStore } from "../platform/blobs/blob-store.ts";
import type { Database } from "../platform/postgres/database.ts";
import type { Transaction } from "../platform/postgres/transact.ts";

export interface EnrolledDevice {
  readonly deviceId: DeviceId;
  readonly personId: PersonId;
  /** Ed25519 public key. */
  readonly sign: Uint8Array;
  readonly certificate: Envelope;
  readonly state: "enrolled" | "revoked";
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** The owner's statement that ended it; `null` also for what was revoked before there were such statements. */
  readonly revocation: Envelope | null;
}

export interface DevicePort {
  /** By key id; without those that no enrolled device has. */
  findByKeyIds(transaction: Transaction, keyIds: readonly string[]): Promise<ReadonlyMap<string, EnrolledDevice>>;
  /** Those of these that were revoked. */
  listRevoked(transaction: Transaction, deviceIds: readonly string[]): Promise<ReadonlySet<string>>;
  findById(transaction: Transaction, deviceId: DeviceId): Promise<EnrolledDevice | null>;
}

/** Terms that both sides signed. In force in [validFromMs, validUntilMs). */
export interface SignedTerms {
  readonly contractId: ContractId;
  readonly hash: Uint8Array;
  readonly body: StatementBody<"terms">;
  readonly envelope: Envelope;
  readonly validFromMs: number;
  readonly validUntilMs: number | null;
}

export interface ActiveSpan {
  readonly fromMs: number;
  readonly toMs: number | null;
}

export interface ContractPort {
  termsByHash(transaction: Transaction, hash: Uint8Array): Promise<SignedTerms | null>;
  /** `null` for whoever is no party, when asked in that person's transaction. */
  partiesOf(
    transaction: Transaction,
    contractId: ContractId,
  ): Promise<{ readonly clientId: PersonId; readonly freelancerId: PersonId } | null>;
  /** When each of these terms that both signed stops being in force; `null` while there is no next version. */
  termsEnds(
    transaction: Transaction,
    hashes: readonly Uint8Array[],
  ): Promise<readonly { readonly hash: Uint8Array; readonly validUntilMs: number | null }[]>;
  activeSpansOfAll(
    transaction: Transaction,
    contractIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly ActiveSpan[]>>;
}

/** The beacon that the terms pin; what it answers is verified. */
export interface BeaconPort {
  readonly chain: BeaconChain;
  /** The signatures of those of these rounds that can be had now. */
  signaturesOf(rounds: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>>;
  /** Of all rounds [from, to) in their order; `null` where one cannot be had now. */
  signaturesIn(range: { readonly from: number; readonly to: number }): Promise<readonly Uint8Array[] | null>;
  /** Of one round, from what is at hand alone. */
  storedSignatureOf(round: number): Promise<Uint8Array | null>;
}

export interface LogPort {
  enqueueAll(transaction: Transaction, entries: readonly SubjectEntry[]): Promise<void>;
  /** After the commit. `null`: not in time. */
  waitForProof(subject: LogSubject, timeoutMs: number): Promise<string | null>;
  /** All against one checkpoint; at most 2,000 entries a call. `null`: not in the log yet. */
  proofsOf(transaction: Transaction, subjects: readonly LogSubject[]): Promise<readonly (string | null)[]>;
  /** As `proofsOf`, each against the first published checkpoint that covers it; `null`: none does yet. */
  publishedProofsOf(transaction: Transaction, subjects: readonly LogSubject[]): Promise<readonly (string | null)[]>;
  waitForPublished(subject: LogSubject, timeoutMs: number): Promise<string | null>;
  consistencyOf(
    transaction: Transaction,
    sizes: { readonly oldSize: number; readonly newSize: number },
  ): Promise<readonly Uint8Array[]>;
}

/** What billing is told about an admitted segment, inside the transaction that admits it. */
export interface RecordedSegment {
  readonly contractId: ContractId;
  readonly clientId: PersonId;
  readonly freelancerId: PersonId;
  /** Statement hash of the segment: the one name it has everywhere. */
  readonly segmentHash: Uint8Array;
  readonly slot: number;
  /** 1 to 10. */
  readonly minutes: number;
  readonly isManual: boolean;
  readonly terms: {
    readonly rate: Money;
    readonly weeklyLimitMinutes: number;
    readonly feePermille: number;
    readonly hasDeposit: boolean;
  };
}

/** What the deposit said when the segment was recorded; it is not asked again. */
export interface FundingOutcome {
  readonly deposit: "has-room" | "short" | "absent";
  /** Held and spent, this segment included, as a share of the deposit; at most 1,000. */
  readonly depositUsedPermille: number;
}

export interface BillingPort {
  recordSegment(transaction: Transaction, segment: RecordedSegment): Promise<FundingOutcome>;
  /** When the week that begins at this instant locks: from then on pictures may not be taken back. */
  lockAtMs(weekStartMs: number): number;
}

/** Statements in which the parties of terms announced the keys that the terms name. */
export interface AccountPort {
  accountsOf(
    transaction: Transaction,
    holders: readonly { readonly personId: PersonId; readonly generation: number }[],
  ): Promise<readonly Envelope[]>;
}

/** The key that signs arrivals and receipts; its public half is in the terms. */
export interface PlatformKey {
  readonly secretKey: Redacted<Uint8Array>;
}

export interface EvidenceDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly blobs: BlobStore;
  readonly devices: DevicePort;
  readonly contracts: ContractPort;
  readonly beacon: BeaconPort;
  readonly log: LogPort;
  readonly billing: BillingPort;
  readonly accounts: AccountPort;
  readonly platformKey: PlatformKey;
  /** Hears of records that could not be admitted for no fault of theirs. */
  readonly onFault?: (error: unknown) => void;
}
