// The diary of a contract: what was recorded in a week, and what the published rules say about each segment.
import { type DiarySegment, type Refusal, refusal } from "@underseal/api";
import { bytesToHex, type ContractId, err, ok, type PersonId, type Result, slotStartMs } from "@underseal/foundation";
import { type Transaction, transact } from "../platform/postgres/transact.ts";
import { type JudgedSegment, judgeWeek } from "./facts.ts";
import type { ContractPort, EvidenceDeps, SignedTerms } from "./ports.ts";
import { presentSlot } from "./present.ts";
import { listCaptures, listRuns, listSegments, type SlotRange } from "./store/week.ts";
import { slotsOfWeek } from "./weeks.ts";

export interface DiaryAnswer {
  readonly week: string;
  readonly segments: DiarySegment[];
}

export const readDiary = async (
  deps: EvidenceDeps,
  personId: PersonId,
  { contractId, week }: { readonly contractId: ContractId; readonly week: string },
): Promise<Result<DiaryAnswer, Refusal>> => {
  const slots = slotsOfWeek(week);
  if (slots === null) return err(refusal("NOT_FOUND", "no week begins on this day"));
  return await transact(deps.database, { kind: "person", personId }, async (transaction) => {
    if ((await deps.contracts.partiesOf(transaction, contractId)) === null) return err(refusal("NOT_FOUND"));
    const judged = await judgeSlots(transaction, deps, contractId, slots);
    return ok({ week, segments: groupBySlot(judged).map(presentSlot) });
  });
};

/** Every segment of the slots with its facts; the slots are a whole week, because weekly budgets are among the facts. */
export const judgeSlots = async (
  transaction: Transaction,
  { contracts, billing, clock }: Pick<EvidenceDeps, "contracts" | "billing" | "clock">,
  contractId: ContractId,
  slots: SlotRange,
): Promise<readonly JudgedSegment[]> => {
  const segments = await listSegments(transaction, contractId, slots);
  const runs = await listRuns(transaction, contractId, slots);
  const captures = await listCaptures(transaction, contractId, slots);
  const termsByHash = await readTerms(
    transaction,
    contracts,
    segments.map(({ termsHash }) => termsHash),
  );
  const lockMs = billing.lockAtMs(slotStartMs(slots.from));
  return judgeWeek({ lockMs, segments, runs, captures, termsByHash }, clock.now());
};

/** The terms with these hashes, each read once, by the hash in hexadecimal. */
export const readTerms = async (
  transaction: Transaction,
  contracts: Pick<ContractPort, "termsByHash">,
  hashes: readonly Uint8Array[],
): Promise<ReadonlyMap<string, SignedTerms>> => {
  const found = new Map<string, SignedTerms>();
  for (const hash of hashes) {
    if (found.has(bytesToHex(hash))) continue;
    const terms = await contracts.termsByHash(transaction, hash);
    if (terms !== null) found.set(bytesToHex(hash), terms);
  }
  return found;
};

const groupBySlot = (judged: readonly JudgedSegment[]): readonly (readonly JudgedSegment[])[] => [
  ...Map.groupBy(judged, ({ segment }) => segment.slot).values(),
];
