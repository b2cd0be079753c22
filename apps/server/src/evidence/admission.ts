import type { DeviceRecordName, Statement } from "@underseal/evidence";
import type { PersonId } from "@underseal/foundation";
import type { SignedTerms } from "./ports.ts";
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
