// One transaction for a batch of records: read what they are decided on, decide them one after the other in memory,
// write what came of it. Either all of it is committed or nothing.
import { type Refusal, refusal } from "@underseal/api";
import { assert, err, ok, type Result } from "@underseal/foundation";
import { systemActor, type Transaction, transact } from "../../platform/postgres/transact.ts";
import type { EvidenceDeps } from "../ports.ts";
import type { StoredRecord } from "../store/records.ts";
import { advance } from "./advance.ts";
import type { SignArrival } from "./arrivals.ts";
import { type Decision, decide } from "./decide.ts";
import { drawAll } from "./draw-runs.ts";
import { type DrawTask, type Ground, hashKeyOf } from "./ground.ts";
import { readGround } from "./load.ts";
import { contractOf, type SignedRecord } from "./record.ts";
import { keepConflicts, SlotRaced, storeAdmitted } from "./store.ts";
import type { TermsOf } from "./terms.ts";

export interface AdmitDeps
  extends Pick<
    EvidenceDeps,
    "database" | "clock" | "devices" | "contracts" | "beacon" | "log" | "billing" | "onFault"
  > {
  readonly termsOf: TermsOf;
  readonly signArrival: SignArrival;
}

export type Outcome = Result<StoredRecord, Refusal>;

/** Each further try knows more: what the beacon drew, or who took a slot. */
const TRIES_MAX = 5;

/** Admits each record or answers which rule it breaks, in their order. Resolves after the commit. */
export const admitBatch = async (deps: AdmitDeps, signed: readonly SignedRecord[]): Promise<readonly Outcome[]> => {
  const draws = new Map<string, readonly number[] | null>();
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const tried = await tryBatch(deps, signed, draws);
    if (tried.kind === "done") return tried.outcomes;
    if (tried.kind === "undrawn") await drawAll(deps.beacon, tried.tasks, draws);
  }
  if (signed.length > 1) throw new SlotRaced("the batch met others too often");
  return [err(refusal("UNAVAILABLE", "the record met others too often"))];
};

type Tried =
  | { readonly kind: "done"; readonly outcomes: readonly Outcome[] }
  | { readonly kind: "undrawn"; readonly tasks: readonly DrawTask[] }
  | { readonly kind: "raced" };

const tryBatch = async (deps: AdmitDeps, signed: readonly SignedRecord[], draws: Ground["draws"]): Promise<Tried> => {
  try {
    return await transact(deps.database, systemActor, async (transaction) => {
      const nowMs = deps.clock.now();
      const ground = await readGround(transaction, deps, { signed, nowMs, draws });
      const decisions = decideAll(ground, deps, signed, nowMs);
      const tasks = decisions.flatMap((decision) => (decision.kind === "undrawn" ? [decision.task] : []));
      // Nothing was written: the locks are given back while the beacon is asked.
      if (tasks.length > 0) return { kind: "undrawn", tasks };
      return { kind: "done", outcomes: await store(transaction, deps, { signed, decisions, nowMs }) };
    });
  } catch (error) {
    if (error instanceof SlotRaced) return { kind: "raced" };
    throw error;
  }
};

/** A second copy of a record that passes here is answered as the first. */
type BatchDecision = Decision | { readonly kind: "repeated"; readonly first: number };

const decideAll = (
  ground: Ground,
  { billing }: AdmitDeps,
  signed: readonly SignedRecord[],
  nowMs: number,
): readonly BatchDecision[] => {
  const admittedAt = new Map<string, number>();
  return signed.map((each, i) => {
    const body = hashKeyOf(contractOf(each.record), each.record.bodyHash);
    const first = admittedAt.get(body);
    if (first !== undefined) return { kind: "repeated", first };
    const decision = decide(ground, billing, each, nowMs);
    if (decision.kind === "admitted") {
      advance(ground, decision.admitted);
      admittedAt.set(body, i);
    }
    return decision;
  });
};

interface Decided {
  readonly signed: readonly SignedRecord[];
  readonly decisions: readonly BatchDecision[];
  readonly nowMs: number;
}

const store = async (
  transaction: Transaction,
  deps: AdmitDeps,
  { signed, decisions, nowMs }: Decided,
): Promise<readonly Outcome[]> => {
  const places = [...decisions.entries()];
  const admitted = places.flatMap(([i, decision]) =>
    decision.kind === "admitted" ? [{ i, admitted: decision.admitted }] : [],
  );
  const conflicts = places.flatMap(([i, decision]) => {
    const record = signed[i]?.record;
    return decision.kind === "conflicting" && record !== undefined ? [{ admission: decision.admission, record }] : [];
  });
  const rows = await storeAdmitted(
    transaction,
    deps,
    admitted.map((each) => each.admitted),
    nowMs,
  );
  await keepConflicts(transaction, conflicts, nowMs);
  const stored = new Map(admitted.map(({ i }, row) => [i, rows[row]]));
  return places.map(([i, decision]) => outcomeOf(decision, (at) => stored.get(at), i));
};

const outcomeOf = (
  decision: BatchDecision,
  storedAt: (place: number) => StoredRecord | undefined,
  place: number,
): Outcome => {
  if (decision.kind === "replayed") return ok(decision.stored);
  if (decision.kind === "refused" || decision.kind === "conflicting") return err(decision.refused);
  const stored = storedAt(decision.kind === "repeated" ? decision.first : place);
  assert(stored !== undefined, "what was decided to be admitted was stored");
  return ok(stored);
};
