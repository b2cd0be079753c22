// What a batch of records is decided on: everything that the rules ask about, read once, and moved on in memory as
// record follows record. Pure; `load.ts` reads it and `store.ts` writes what came of it.
import type { Statement } from "@underseal/evidence";
import { bytesToBase64Url, type PersonId } from "@underseal/foundation";
import type { RunSlots } from "../draws.ts";
import type { ActiveSpan, BillingPort, EnrolledDevice, SignedTerms } from "../ports.ts";
import type { CurrentDisclosure, OpenRun } from "../rules.ts";
import type { NamedFile } from "../store/captures.ts";
import type { Chain, ChainKey } from "../store/chain.ts";
import type { StoredRecord } from "../store/records.ts";
import type { DeviceRecord, Draws } from "./record.ts";

export interface Run extends OpenRun {
  /** Of its captures: those that this batch asks about, and all of them where it has the run's stop. */
  readonly rounds: ReadonlySet<number>;
  /** Of its segments; read only where this batch has the run's stop. */
  readonly slots: readonly number[];
}

export interface KnownCapture {
  readonly deviceId: string;
  readonly startSeq: number;
  readonly slot: number;
  readonly termsHash: Uint8Array;
}

/** Keys are made by the functions below; what is not in a map is not there. */
export interface Ground {
  readonly revoked: ReadonlySet<string>;
  readonly replays: ReadonlyMap<string, StoredRecord>;
  readonly terms: ReadonlyMap<string, SignedTerms>;
  readonly spans: ReadonlyMap<string, readonly ActiveSpan[]>;
  readonly chains: Map<string, Chain>;
  /** Of each chain, ascending by their starts: those before the records of this batch. */
  readonly runs: Map<string, readonly Run[]>;
  readonly captures: Map<string, KnownCapture>;
  readonly capturesBySlot: Map<string, number>;
  readonly disclosures: Map<string, CurrentDisclosure>;
  /** By contract and digest, those that records of this batch name. */
  readonly files: Map<string, NamedFile>;
  readonly claims: Map<string, { readonly contractId: string; readonly deviceId: string }>;
  readonly minutesBySlot: Map<string, number>;
  readonly minutesByWeek: Map<string, number>;
}

/** What is decided elsewhere and never changes. */
export type Rules = Pick<BillingPort, "lockAtMs">;

/** A run that stops: its draws come from hundreds of signatures, or hashes, which no transaction waits for. */
export interface DrawTask extends RunSlots {
  readonly key: string;
  readonly terms: SignedTerms;
  readonly person: string;
  /** Of an offline run, in base64url. */
  readonly seed: string | null;
  /** Offline: the rounds of its captures, which only the seed can confirm. */
  readonly captured: readonly number[];
}

export const chainKeyOf = ({ contractId, deviceId }: { readonly contractId: string; readonly deviceId: string }) =>
  `${contractId}/${deviceId}`;

export const hashKeyOf = (contractId: string, hash: Uint8Array | string): string =>
  `${contractId}/${typeof hash === "string" ? hash : bytesToBase64Url(hash)}`;

/** Of a slot of a contract or person, and of a week of a contract. */
export const timeKeyOf = (id: string, time: number | string): string => `${id}/${time}`;

export interface Parties {
  readonly freelancerId: PersonId;
  readonly clientId: PersonId;
}

export const partiesOf = ({ body }: SignedTerms): Parties => ({
  // The schema of terms holds both to be ids.
  freelancerId: body.freelancer.person as PersonId,
  clientId: body.client.person as PersonId,
});

/** What a record is judged by, once it is known who signed it and under which terms. */
export interface Admission {
  readonly key: ChainKey;
  readonly parties: Parties;
  readonly device: EnrolledDevice;
  readonly terms: SignedTerms;
  readonly draws: Draws;
  /** `null`: the device's last run has stopped, or there was none. */
  readonly run: Run | null;
  /** When the platform had it. */
  readonly nowMs: number;
}

/** What the record's kind adds to the rows that every record has. */
export type Meaning =
  | { readonly kind: "start"; readonly record: Statement<"start"> }
  | { readonly kind: "capture"; readonly record: Statement<"capture">; readonly startSeq: number }
  | { readonly kind: "disclosure"; readonly record: Statement<"disclosure"> }
  | {
      readonly kind: "segment";
      readonly record: Statement<"segment">;
      /** `null` for manual time, which belongs to no run. */
      readonly startSeq: number | null;
      readonly weekStart: string;
      /** Nobody has the slot yet. */
      readonly isClaim: boolean;
      /** Minutes of the week that were admitted before it. */
      readonly minutesBefore: number;
      /** What was drawn in the run, where the record is its stop. */
      readonly drawnRounds: readonly number[] | null;
    };

/** A record that passes, where it belongs, and which run is open after it. */
export interface Admitted {
  readonly admission: Admission;
  readonly record: DeviceRecord;
  readonly meaning: Meaning;
  readonly slot: number;
  readonly openRunSeq: number | null;
}

/** The run that a record with this number would belong to: that of the last start before it. */
export const runBefore = (ground: Ground, key: ChainKey, seq: number): Run | null =>
  (ground.runs.get(chainKeyOf(key)) ?? []).findLast(({ startSeq }) => startSeq < seq) ?? null;

/** Whoever has the slot of this person, and the minutes in it. */
export const slotUseOf = (ground: Ground, { key, parties }: Admission, slot: number) => ({
  claim: ground.claims.get(timeKeyOf(parties.freelancerId, slot)) ?? null,
  minutes: ground.minutesBySlot.get(timeKeyOf(key.contractId, slot)) ?? 0,
});

export type MeaningOf<Kind extends Meaning["kind"]> = Extract<Meaning, { readonly kind: Kind }>;
