import type { Clock, ContractId, PersonId } from "@underseal/foundation";
import type { Database } from "../platform/postgres/database.ts";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { PaymentProvider } from "./provider.ts";

// What payments needs from the rest of the server.

export interface ContractParties {
  readonly clientId: PersonId;
  readonly freelancerId: PersonId;
  /** The one currency of the contract's rate, deposit and invoices. */
  readonly currency: string;
}

/** `null` where there is no such contract. */
export type PartiesOf = (transaction: Transaction, contractId: ContractId) => Promise<ContractParties | null>;

export interface PaymentsDeps {
  readonly database: Database;
  readonly provider: PaymentProvider;
  readonly clock: Clock;
  readonly partiesOf: PartiesOf;
}
