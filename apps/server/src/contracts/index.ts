import type { Refusal } from "@underseal/api";
import type { ContractId, PersonId, Result } from "@underseal/foundation";
import type { Feature } from "../platform/feature.ts";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { ContractDeps } from "./deps.ts";
import { serveContracts } from "./routes.ts";
import { move } from "./signing.ts";
import { type ActiveSpan, activeSpans, type ContractEvent, type ContractState } from "./states.ts";
import {
  type Contract,
  findContract,
  findNewestTerms,
  findTermsByHash,
  listMoves,
  listMovesOfAll,
  listTermsEnds,
} from "./store.ts";
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
  /** As `activeSpansOf`, by contract; of an unknown one there is nothing. */
  activeSpansOfAll(
    transaction: Transaction,
    contractIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly ActiveSpan[]>>;
  /** When each of these terms that both signed stops being in force; `null` while there is no next version. */
  termsEnds(
    transaction: Transaction,
    hashes: readonly Uint8Array[],
  ): Promise<readonly { readonly hash: Uint8Array; readonly validUntilMs: number | null }[]>;
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
  activeSpansOf: async (transaction, contractId) => spansOf(await listMoves(transaction, contractId)),
  activeSpansOfAll: async (transaction, contractIds) => {
    const moves = Map.groupBy(await listMovesOfAll(transaction, contractIds), ({ contractId }) => contractId);
    return new Map([...moves].map(([contractId, some]) => [contractId, spansOf(some)]));
  },
  termsEnds: async (transaction, hashes) => {
    const rows = await listTermsEnds(transaction, hashes);
    return rows.map(({ termsHash, validUntil }) => ({ hash: termsHash, validUntilMs: validUntil?.getTime() ?? null }));
  },
  apply: (transaction, change) => move(transaction, { ...change, at: new Date(Math.floor(deps.clock.now())) }),
});

const spansOf = (moves: readonly { readonly to: ContractState; readonly occurredAt: Date }[]): readonly ActiveSpan[] =>
  activeSpans(moves.map(({ to, occurredAt }) => ({ to, atMs: occurredAt.getTime() })));
