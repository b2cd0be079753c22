// Where the server's chain of this device stands. A state directory that was restored from a backup is behind it, and
// would sign a second body for numbers that are taken; so nothing of a contract is sent before the server was asked,
// once in each start of the program.
import { type Api, type DiarySegment, evidenceRoutes, isTransient } from "@underseal/api";
import {
  base64UrlToBytes,
  bytesToBase64Url,
  type ContractId,
  dateOf,
  slotStartMs,
  weekStartOf,
} from "@underseal/foundation";
import type { SessionStore } from "../session/store.ts";
import type { Outbox } from "./outbox.ts";

export interface HeadDeps {
  readonly api: Api;
  readonly outbox: Outbox;
  readonly store: SessionStore;
  readonly onEvent: (event: HeadEvent) => void;
}

/** The chain of the server was ahead: ours goes on after it, and so many records that waited are never sent. */
export interface HeadEvent {
  readonly type: "head-adopted";
  readonly contract: string;
  readonly seq: number;
  readonly superseded: number;
}

/** `known`: our chain goes on where the server's ends. `refused`: the server will not say, now or later. */
export type HeadState = "known" | "offline" | "refused";

export interface Heads {
  /** Asks where it is not known yet. */
  confirm(contract: ContractId): Promise<HeadState>;
}

export const createHeads = (deps: HeadDeps): Heads => {
  const confirmed = new Set<ContractId>();
  const asking = new Map<ContractId, Promise<HeadState>>();
  const ask = async (contract: ContractId): Promise<HeadState> => {
    const state = await compareHeads(deps, contract);
    if (state === "known") confirmed.add(contract);
    asking.delete(contract);
    return state;
  };
  return {
    confirm: async (contract) => {
      if (confirmed.has(contract)) return "known";
      const answer = asking.get(contract) ?? ask(contract);
      asking.set(contract, answer);
      return await answer;
    },
  };
};

const compareHeads = async (deps: HeadDeps, contract: ContractId): Promise<HeadState> => {
  const answer = await deps.api.call(evidenceRoutes.getHead, { params: { contractId: contract } });
  if (!answer.ok) return isTransient(answer.error) ? "offline" : "refused";
  const hash = base64UrlToBytes(answer.value.head?.hash ?? "");
  if (answer.value.head === null || hash === null) return "known";
  const head = { seq: answer.value.head.seq, hash };
  if (deps.outbox.holds(contract, head)) return "known";
  const disclosed = await disclosedMeanwhile(deps, contract);
  if (disclosed === null) return "offline";
  const superseded = deps.outbox.transact(() => {
    deps.store.abandonRun(contract);
    for (const capture of disclosed) deps.store.markDisclosed(capture);
    return deps.outbox.adoptHead(contract, head);
  });
  deps.onEvent({ type: "head-adopted", contract, seq: head.seq, superseded });
  return "known";
};

/** Weeks whose captures may still be undisclosed here; older ones stay as they are. */
const WEEKS_MAX = 8;

/**
 * Of the captures that wait here, those that the server has a disclosure of: made after the backup, so that a second
 * first disclosure would be refused. `null` where it does not say.
 */
const disclosedMeanwhile = async (
  { api, store }: HeadDeps,
  contract: ContractId,
): Promise<readonly Uint8Array[] | null> => {
  const waiting = store.undisclosed(contract);
  const weeks = new Set(waiting.map(({ slot }) => dateOf(weekStartOf(slotStartMs(slot)))));
  const disclosed = new Set<string>();
  for (const week of [...weeks].slice(-WEEKS_MAX)) {
    const diary = await api.call(evidenceRoutes.getDiary, { params: { contractId: contract }, query: { week } });
    if (!diary.ok) return null;
    for (const capture of disclosedIn(diary.value.segments)) disclosed.add(capture);
  }
  return waiting.map(({ hash }) => hash).filter((hash) => disclosed.has(bytesToBase64Url(hash)));
};

const disclosedIn = (segments: readonly DiarySegment[]): string[] =>
  segments.flatMap(({ captures }) =>
    captures.flatMap(({ capture, disclosure }) => (disclosure === null ? [] : [capture])),
  );
