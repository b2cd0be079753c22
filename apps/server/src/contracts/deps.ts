import type { BeaconChain } from "@underseal/evidence";
import type { Clock, ContractId, Money, PersonId } from "@underseal/foundation";
import type { SubjectEntry } from "../log/index.ts";
import type { PersonKind } from "../platform/feature.ts";
import type { Database } from "../platform/postgres/database.ts";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { PartyKeys } from "./rules.ts";

// What contracts ask of the other features. All of it is asked in the system's transactions: a party may see the
// other's name and keys, but not their rows.

export interface ContractPeople {
  /** The newest generation of the account's keys; `null` where there are none. */
  keysOf(transaction: Transaction, personId: PersonId): Promise<PartyKeys | null>;
  describe(
    transaction: Transaction,
    personId: PersonId,
  ): Promise<{ readonly name: string; readonly kind: PersonKind } | null>;
  /** By the exact address, whatever its case. */
  findByEmail(transaction: Transaction, email: string): Promise<PersonId | null>;
}

export interface ContractDeposits {
  /** What is in the contract's deposit, and the part of it that is held. Zero where nothing was put down. */
  depositOf(
    transaction: Transaction,
    contract: { readonly contractId: ContractId; readonly clientId: PersonId; readonly currency: string },
  ): Promise<{ readonly balance: Money; readonly held: Money }>;
}

interface ContractLog {
  enqueue(transaction: Transaction, entry: SubjectEntry): Promise<void>;
  wake(): void;
}

/** What terms name of the platform. */
interface ContractPlatform {
  readonly name: string;
  /** The Ed25519 key that signs arrivals and receipts, 32 bytes. */
  readonly publicKey: Uint8Array;
  readonly feePermille: number;
  /** The policy of its log: which key signs it, and who watches it. */
  readonly logPolicy: string;
  /** The beacon that draws captures. */
  readonly beacon: BeaconChain;
}

export interface ContractDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly people: ContractPeople;
  readonly deposits: ContractDeposits;
  readonly log: ContractLog;
  readonly platform: ContractPlatform;
}
