// The week under one root (protocol §9), so that a sample can be drawn from a set that nobody can change any more. The
// freelancer signs it between the week's end and its lock, else the platform does after the lock: see settle-weeks.ts.
import { type Refusal, refusal, type WeekRecordAnswer, type WeekStatementAnswer } from "@underseal/api";
import {
  type Envelope,
  isSignedBy,
  logEntryOf,
  type PlacedRecord,
  readStatement,
  type Statement,
  WEEK_RECORDS_MAX,
  weekRootOf,
} from "@underseal/evidence";
import {
  bytesToBase64Url,
  type ContractId,
  equalBytes,
  err,
  MINUTE_MS,
  ok,
  type PersonId,
  type Result,
  SECOND_MS,
  slotStartMs,
  WEEK_MS,
} from "@underseal/foundation";
import { weekSubject } from "../log/index.ts";
import { type Transaction, transact } from "../platform/postgres/transact.ts";
import { readTerms } from "./diary.ts";
import type { EvidenceDeps } from "./ports.ts";
import { decoded } from "./store/runs.ts";
import {
  findWeekStatement,
  insertWeekStatement,
  listNamedTerms,
  listPlacedRecords,
  type StoredWeekStatement,
} from "./store/statements.ts";
import type { SlotRange } from "./store/week.ts";
import { slotsOfWeek } from "./weeks.ts";

/**
 * A record that has arrived is in the table within this time, or never: its transaction is undone after half of it. A
 * statement covers what arrived before its `at`, so that `at` must lie further back than that.
 */
export const SETTLING_MS = MINUTE_MS;
/** More would say nothing more; the table has one place beyond them for the platform. */
const FREELANCER_STATEMENTS_MAX = 50;
const PROOF_WAIT_MS = 5 * SECOND_MS;

export interface WeekOfContract {
  readonly contractId: ContractId;
  /** The date of its Monday. */
  readonly week: string;
}

/** The week's tree: what it covers, and its root. `null`: more records than a statement can cover. */
export const readWeekTree = async (
  transaction: Transaction,
  contractId: ContractId,
  { slots, beforeS }: { readonly slots: SlotRange; readonly beforeS: number },
): Promise<{ readonly records: readonly PlacedRecord[]; readonly root: Uint8Array } | null> => {
  const before = new Date(beforeS * SECOND_MS);
  const range = { ...slots, before, max: WEEK_RECORDS_MAX + 1 };
  const records = await listPlacedRecords(transaction, contractId, range);
  return records.length > WEEK_RECORDS_MAX ? null : { records, root: weekRootOf(records) };
};

export interface WeekRecordsAnswer {
  readonly records: WeekRecordAnswer[];
  readonly root: string;
  readonly at: number;
}

/** What the freelancer signs for, as anyone may work it out. */
export const readWeekRecords = async (
  deps: EvidenceDeps,
  personId: PersonId,
  { contractId, week }: WeekOfContract,
): Promise<Result<WeekRecordsAnswer, Refusal>> => {
  const slots = slotsOfWeek(week);
  if (slots === null) return err(refusal("NOT_FOUND", "no week begins on this day"));
  const lockMs = deps.billing.lockAtMs(slotStartMs(slots.from));
  const at = Math.floor(Math.min(deps.clock.now() - SETTLING_MS, lockMs) / SECOND_MS);
  return await transact(deps.database, { kind: "person", personId }, async (transaction) => {
    if ((await deps.contracts.partiesOf(transaction, contractId)) === null) return err(refusal("NOT_FOUND"));
    const tree = await readWeekTree(transaction, contractId, { slots, beforeS: at });
    if (tree === null) return err(refusal("BUNDLE_TOO_LARGE"));
    const records = tree.records.map(({ slot, device, seq, hash }) => ({
      ...{ slot, device, seq },
      hash: bytesToBase64Url(hash),
    }));
    return ok({ records, root: bytesToBase64Url(tree.root), at });
  });
};

/** Takes the freelancer's statement, if it covers just what the platform had. The same root again does nothing. */
export const signWeek = async (
  deps: EvidenceDeps,
  personId: PersonId,
  { contractId, week, envelope }: WeekOfContract & { readonly envelope: Envelope },
): Promise<Result<WeekStatementAnswer, Refusal>> => {
  const slots = slotsOfWeek(week);
  if (slots === null) return err(refusal("NOT_FOUND", "no week begins on this day"));
  const statement = readStatement(envelope, "week");
  if (!statement.ok) return statement;
  const untimely = checkTimes(deps, statement.value, { contractId, slots });
  if (untimely !== null) return err(untimely);
  const stored = await transact(deps.database, { kind: "person", personId }, (transaction) =>
    judgeAndStore(transaction, deps, { personId, contractId, week, slots, statement: statement.value }),
  );
  return stored.ok ? ok(await presentProven(deps, { contractId, slots }, stored.value)) : stored;
};

const checkTimes = (
  { billing, clock }: EvidenceDeps,
  { body }: Statement<"week">,
  { contractId, slots }: { readonly contractId: ContractId; readonly slots: SlotRange },
): Refusal | null => {
  const startMs = slotStartMs(slots.from);
  if (body.contract !== contractId || body.week * SECOND_MS !== startMs) {
    return refusal("NOT_ALLOWED", "The statement names another contract or week.");
  }
  const nowMs = clock.now();
  if (nowMs < startMs + WEEK_MS || body.at * SECOND_MS < startMs + WEEK_MS) return refusal("WEEK_NOT_OVER");
  if (nowMs >= billing.lockAtMs(startMs)) return refusal("WEEK_STATEMENT_LATE");
  return body.at * SECOND_MS <= nowMs - SETTLING_MS
    ? null
    : refusal("SCHEMA_INVALID", "at: less than a minute ago; take the one that the week's records come with");
};

interface Signing extends WeekOfContract {
  readonly personId: PersonId;
  readonly slots: SlotRange;
  readonly statement: Statement<"week">;
}

const judgeAndStore = async (
  transaction: Transaction,
  deps: EvidenceDeps,
  { personId, contractId, week, slots, statement }: Signing,
): Promise<Result<StoredWeekStatement, Refusal>> => {
  const parties = await deps.contracts.partiesOf(transaction, contractId);
  if (parties === null) return err(refusal("NOT_FOUND"));
  if (parties.freelancerId !== personId) return err(refusal("NOT_ALLOWED", "The freelancer signs the week."));
  if (!(await isSignedByFreelancer(transaction, deps, { contractId, slots, statement }))) {
    return err(refusal("SIGNATURE_INVALID"));
  }
  const { body } = statement;
  const tree = await readWeekTree(transaction, contractId, { slots, beforeS: body.at });
  if (tree === null) return err(refusal("WEEK_ROOT_MISMATCH", "the week has too many records for a statement"));
  const records = tree.records.length;
  if (body.records !== records || !equalBytes(decoded(body.root), tree.root)) {
    const detail = `${records} records arrived before ${body.at}; their root is ${bytesToBase64Url(tree.root)}`;
    return err(refusal("WEEK_ROOT_MISMATCH", detail));
  }
  const key = { contractId, weekStart: week, ...parties, statedAt: new Date(Math.floor(deps.clock.now())) };
  const signed = { signedBy: "freelancer", records, root: tree.root, envelope: statement.envelope } as const;
  for (;;) {
    const standing = await findWeekStatement(transaction, key);
    if (standing !== null && standing.records === records && equalBytes(standing.root, tree.root)) return ok(standing);
    const place = (standing?.place ?? 0) + 1;
    if (standing?.signedBy === "platform" || place > FREELANCER_STATEMENTS_MAX) {
      return err(refusal("WEEK_STATEMENT_LATE", "the week has its last statement"));
    }
    // Where a racer took the place, it is there now: each turn ends one of the places.
    if (await insertWeekStatement(transaction, key, { ...signed, place })) {
      await queueStatement(transaction, deps, { contractId, slots, place, statement });
      return ok({ ...signed, place });
    }
  }
};

/** Into the log, so that the root stands before anybody draws from it. */
export const queueStatement = async (
  transaction: Transaction,
  { log }: EvidenceDeps,
  {
    contractId,
    slots,
    place,
    statement,
  }: {
    readonly contractId: ContractId;
    readonly slots: SlotRange;
    readonly place: number;
    readonly statement: Statement<"week">;
  },
): Promise<void> => {
  const subject = weekSubject({ contractId, weekS: weekSecondsOf(slots), place });
  await log.enqueueAll(transaction, [{ subject, entry: logEntryOf(statement.hash) }]);
};

export const weekSecondsOf = ({ from }: SlotRange): number => slotStartMs(from) / SECOND_MS;

/** By the account key that terms of the week's records name. */
const isSignedByFreelancer = async (
  transaction: Transaction,
  { contracts }: EvidenceDeps,
  { contractId, slots, statement }: Pick<Signing, "contractId" | "slots" | "statement">,
): Promise<boolean> => {
  const hashes = await listNamedTerms(transaction, contractId, slots);
  const terms = [...(await readTerms(transaction, contracts, hashes)).values()];
  return terms.some(({ body }) => isSignedBy(statement, [decoded(body.freelancer.sign)]));
};

export const readWeekStatement = async (
  deps: EvidenceDeps,
  personId: PersonId,
  { contractId, week }: WeekOfContract,
): Promise<Result<WeekStatementAnswer, Refusal>> => {
  const slots = slotsOfWeek(week);
  if (slots === null) return err(refusal("NOT_FOUND", "no week begins on this day"));
  const standing = await transact(deps.database, { kind: "person", personId }, (transaction) =>
    findWeekStatement(transaction, { contractId, weekStart: week }),
  );
  return standing === null ? err(refusal("NOT_FOUND")) : ok(await presentProven(deps, { contractId, slots }, standing));
};

const presentProven = async (
  { log }: EvidenceDeps,
  { contractId, slots }: { readonly contractId: ContractId; readonly slots: SlotRange },
  { place, signedBy, envelope }: StoredWeekStatement,
): Promise<WeekStatementAnswer> => {
  const subject = weekSubject({ contractId, weekS: weekSecondsOf(slots), place });
  return { statement: envelope, signedBy, proof: await log.waitForProof(subject, PROOF_WAIT_MS) };
};
