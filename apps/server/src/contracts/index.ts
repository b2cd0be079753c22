import type { Refusal } from "@underseal/api";
import type { ContractId, PersonId, Result } from "@underseal/foundation";
import type { Feature } from "../platform/feature.ts";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { ContractDeps } from "./deps.ts";
import { serveContracts } from "./routes.ts";
import { move } from "./signing.ts";
import { type ActiveSpan, activeSpans, type ContractEvent, type ContractState } from "./states.ts";
import { type Contract, findContract, findNewestTerms, findTermsByHash, listMoves } from "./store.ts";
import { type Terms, toTerms } from "./terms.ts";

// Contracts: who works for whom, under which terms, and since when.

export type { ContractDeposits, ContractDeps, ContractPeople } from "./deps.ts";

/** What is read depends on the transaction's actor: a person sees their own contracts, the system all. */
export interface Contracts extends Feature {
  /** Terms that both signed, by their statement hash. */
  termsByHash(transaction: Transaction, hash: Uint8Array): Promise<Terms | null>;
  /** The newest terms that both signed. */
  currentTerms(transaction: Transaction, contractId: ContractId): Promise<Terms | null>;
  partiesOf(transaction: Transaction, contractId: ContractId): Promise<Contract | null>;
  /** When the contract was active, in order. Work outside these times is not the contract's. */
  activeSpansOf(transaction: Transaction, contractId: ContractId): Promise<readonly ActiveSpan[]>;
  /**
   * Pauses, resumes or ends the contract, for whom the caller has found allowed to; `by: null` is the platform.
   * Errors: NOT_FOUND, CONTRACT_STATE_FORBIDS.
   */
  apply(transaction: Transaction, change: ContractChange): Promise<Result<ContractState, Refusal>>;
}

interface ContractChange {
  readonly contractId: ContractId;
  readonly event: Exclude<ContractEvent, "accept">;
  readonly by: PersonId | null;
}

export const createContracts = (deps: ContractDeps): Contracts => ({
  routes: serveContracts(deps),
  termsByHash: async (transaction, hash) => {
    const row = await findTermsByHash(transaction, hash);
    return row === null ? null : toTerms(row);
  },
  currentTerms: async (transaction, contractId) => {
    const row = await findNewestTerms(transaction, contractId);
    return row === null ? null : toTerms(row);
  },
  partiesOf: findContract,
  activeSpansOf: async (transaction, contractId) => {
    const moves = await listMoves(transaction, contractId);
    return activeSpans(moves.map(({ to, occurredAt }) => ({ to, atMs: occurredAt.getTime() })));
  },
  apply: (transaction, change) => move(transaction, { ...change, at: new Date(Math.floor(deps.clock.now())) }),
});
