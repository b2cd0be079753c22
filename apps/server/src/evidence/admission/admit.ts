// One transaction for a batch of records: read what they are decided on, decide them one after the other in memory,
// write what came of it. Either all of it is committed or nothing.
import type { Refusal } from "@underseal/api";
import { assert, err, ok, type Result } from "@underseal/foundation";
import { systemActor, type Transaction, transact } from "../../platform/postgres/transact.ts";
import type { EvidenceDeps } from "../ports.ts";
import type { StoredRecord } from "../store/records.ts";
import { advance } from "./advance.ts";
import type { SignArrivals } from "./arrivals.ts";
import { type Decision, decide } from "./decide.ts";
import { chainKeyOf, type DrawTask, type Ground, hashKeyOf } from "./ground.ts";
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
  readonly signArrivals: SignArrivals;
}

export type Outcome = Result<StoredRecord, Refusal>;

/** A record that cannot be decided before it is known what the beacon drew, or that follows one. */
export interface Undecided {
  readonly undecided: DrawTask | null;
}

/** A racer of another server took a slot between our look and our write: the next look sees it. */
const RACES_MAX = 5;

/** Admits each record or answers which rule it breaks, in their order. Resolves after the commit. */
export const admitBatch = async (
  deps: AdmitDeps,
  signed: readonly SignedRecord[],
): Promise<readonly (Outcome | Undecided)[]> => {
  for (let races = 0; ; races += 1) {
    try {
      return await transact(deps.database, systemActor, async (transaction) => {
        const nowMs = deps.clock.now();
        const ground = await readGround(transaction, deps, signed, nowMs);
        const decisions = decideAll(ground, deps, signed, nowMs);
        return await store(transaction, deps, { signed, decisions, nowMs });
      });
    } catch (error) {
      if (!(error instanceof SlotRaced) || races >= RACES_MAX) throw error;
    }
  }
};

type BatchDecision =
  | Decision
  /** A second copy of a record that passes here is answered as the first. */
  | { readonly kind: "repeated"; readonly first: number }
  /** It comes after a record of its chain that is not decided yet. */
  | { readonly kind: "behind" };

const decideAll = (
  ground: Ground,
  { billing }: AdmitDeps,
  signed: readonly SignedRecord[],
  nowMs: number,
): readonly BatchDecision[] => {
  const admittedAt = new Map<string, number>();
  const undecided = new Set<string>();
  return signed.map((each, i) => {
    const { record, device } = each;
    const body = hashKeyOf(contractOf(record), record.bodyHash);
    const first = admittedAt.get(body);
    if (first !== undefined) return { kind: "repeated", first };
    const chain = chainKeyOf({ contractId: contractOf(record), deviceId: device.deviceId });
    if (undecided.has(chain)) return { kind: "behind" };
    const decision = decide(ground, billing, each, nowMs);
    if (decision.kind === "undrawn") undecided.add(chain);
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
): Promise<readonly (Outcome | Undecided)[]> => {
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
): Outcome | Undecided => {
  if (decision.kind === "undrawn") return { undecided: decision.task };
  if (decision.kind === "behind") return { undecided: null };
  if (decision.kind === "replayed") return ok(decision.stored);
  if (decision.kind === "refused" || decision.kind === "conflicting") return err(decision.refused);
  const stored = storedAt(decision.kind === "repeated" ? decision.first : place);
  assert(stored !== undefined, "what was decided to be admitted was stored");
  return ok(stored);
};
