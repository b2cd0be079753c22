import type { Refusal } from "@underseal/api";
import type { DeviceRecordName, Statement } from "@underseal/evidence";
import type { PersonId, Result } from "@underseal/foundation";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { EvidenceDeps, SignedTerms } from "./ports.ts";
import type { OpenRun } from "./rules.ts";
import type { ChainKey } from "./store/chain.ts";

/** One of the four records, told apart by `name`. */
export type DeviceRecord = { [Name in DeviceRecordName]: Statement<Name> }[DeviceRecordName];

/** What a record is judged by, once it is known who signed it and under which terms. */
export interface Admission {
  readonly key: ChainKey;
  readonly parties: { readonly freelancerId: PersonId; readonly clientId: PersonId };
  readonly terms: SignedTerms;
  /** `null`: the device's last run has stopped, or there was none. */
  readonly run: OpenRun | null;
  /** When the platform had it. */
  readonly nowMs: number;
}

/** Where the record belongs, and which run is open after it. */
export interface Placed {
  readonly slot: number;
  readonly openRunSeq: number | null;
}

/** Judges one kind of record and stores what it means. */
export type AdmitKind<Name extends DeviceRecordName> = (
  transaction: Transaction,
  deps: EvidenceDeps,
  admission: Admission,
  record: Statement<Name>,
) => Promise<Result<Placed, Refusal>>;
