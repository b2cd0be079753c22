import type { ContractId, PersonId } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { WeekState } from "./states.ts";

// The columns of weeks and of the minutes billed in them. Invoices are in store-invoices.ts. Weeks travel as the
// date of their Monday here, and as its instant everywhere else.

export interface WeekKey {
  readonly contractId: ContractId;
  /** `2026-11-16`. */
  readonly weekStart: string;
}

export interface WeekRow extends WeekKey {
  readonly clientId: PersonId;
  readonly freelancerId: PersonId;
  readonly currency: string;
  readonly state: WeekState;
  readonly invoiceId: string | null;
}

const weekColumns = sql`contract_id as "contractId", week_start as "weekStart", client_id as "clientId",
  freelancer_id as "freelancerId", currency, state, invoice_id as "invoiceId"`;

/** Makes the week where it is not there yet. */
export const openWeek = async (
  tx: Transaction,
  week: Omit<WeekRow, "state" | "invoiceId">,
  times: { readonly atMs: number; readonly dueAtMs: number },
): Promise<void> => {
  const added = await sql`
    insert into billing_week (contract_id, week_start, client_id, freelancer_id, currency, state, due_at)
    values (${week.contractId}, ${week.weekStart}, ${week.clientId}, ${week.freelancerId}, ${week.currency}, 'open',
      ${new Date(times.dueAtMs)})
    on conflict (contract_id, week_start) do nothing`.execute(tx);
  if (added.numAffectedRows === 1n) await insertWeekEvent(tx, week, { to: "open", actorId: null, atMs: times.atMs });
};

const insertWeekEvent = async (
  tx: Transaction,
  key: WeekKey,
  event: { readonly to: WeekState; readonly actorId: PersonId | null; readonly atMs: number },
): Promise<void> => {
  await sql`insert into billing_week_event (contract_id, week_start, to_state, actor_id, occurred_at)
    values (${key.contractId}, ${key.weekStart}, ${event.to}, ${event.actorId}, ${new Date(event.atMs)})`.execute(tx);
};

export const lockWeek = async (tx: Transaction, key: WeekKey): Promise<WeekRow | null> => {
  const { rows } = await sql<WeekRow>`
    select ${weekColumns} from billing_week
    where contract_id = ${key.contractId} and week_start = ${key.weekStart} for update`.execute(tx);
  return rows[0] ?? null;
};

/** A week whose time has come and that nobody else works on, locked; but none of those in `except`. */
export const lockDueWeek = async (
  tx: Transaction,
  due: { readonly nowMs: number; readonly except: readonly WeekKey[] },
): Promise<WeekRow | null> => {
  const { rows } = await sql<WeekRow>`
    select ${weekColumns} from billing_week
    where due_at <= ${new Date(due.nowMs)}
      and not exists (
        select from unnest(${due.except.map((key) => key.contractId)}::uuid[],
          ${due.except.map((key) => key.weekStart)}::date[]) as e (contract_id, week_start)
        where e.contract_id = billing_week.contract_id and e.week_start = billing_week.week_start
      )
    order by due_at, contract_id limit 1 for update skip locked`.execute(tx);
  return rows[0] ?? null;
};

export interface WeekChange {
  readonly from: WeekState;
  readonly to: WeekState;
  readonly dueAtMs: number | null;
  readonly invoiceId: string | null;
  /** `null` where time did it. */
  readonly actorId: PersonId | null;
  readonly atMs: number;
}

/** False where the week was not in the state that the change is from: then nothing was written. */
export const changeWeek = async (tx: Transaction, key: WeekKey, change: WeekChange): Promise<boolean> => {
  const dueAt = change.dueAtMs === null ? null : new Date(change.dueAtMs);
  const changed = await sql`
    update billing_week set state = ${change.to}, due_at = ${dueAt}, invoice_id = ${change.invoiceId}
    where contract_id = ${key.contractId} and week_start = ${key.weekStart} and state = ${change.from}`.execute(tx);
  if (changed.numAffectedRows !== 1n) return false;
  await insertWeekEvent(tx, key, change);
  return true;
};

export interface BilledSegmentRow {
  readonly contractId: ContractId;
  readonly slot: bigint;
  readonly part: number;
  readonly segmentHash: Uint8Array;
  readonly weekStart: string;
  readonly invoiceWeek: string;
  readonly clientId: PersonId;
  readonly freelancerId: PersonId;
  readonly minutes: number;
  readonly isManual: boolean;
  readonly rateMinor: bigint;
  readonly currency: string;
  readonly feePermille: number;
  readonly holdId: string | null;
  readonly heldMinor: bigint;
  readonly covered: "deposit" | "guarantee" | "none";
  readonly deposit: "has-room" | "short" | "absent";
  readonly depositUsedPermille: number;
  readonly recordedAt: Date;
}

const segmentColumns = sql`contract_id as "contractId", slot, part, segment_hash as "segmentHash",
  week_start as "weekStart", invoice_week as "invoiceWeek", client_id as "clientId", freelancer_id as "freelancerId",
  minutes, is_manual as "isManual", rate_minor as "rateMinor", currency, fee_permille as "feePermille",
  hold_id as "holdId", held_minor as "heldMinor", covered, deposit, deposit_used_permille as "depositUsedPermille",
  recorded_at as "recordedAt"`;

export const insertBilledSegment = async (tx: Transaction, row: BilledSegmentRow): Promise<void> => {
  await sql`
    insert into billed_segment (contract_id, slot, part, segment_hash, week_start, invoice_week, client_id,
      freelancer_id, minutes, is_manual, rate_minor, currency, fee_permille, hold_id, held_minor, covered, deposit,
      deposit_used_permille, recorded_at)
    values (${row.contractId}, ${row.slot}, ${row.part}, ${row.segmentHash}, ${row.weekStart}, ${row.invoiceWeek},
      ${row.clientId}, ${row.freelancerId}, ${row.minutes}, ${row.isManual}, ${row.rateMinor}, ${row.currency},
      ${row.feePermille}, ${row.holdId}, ${row.heldMinor}, ${row.covered}, ${row.deposit},
      ${row.depositUsedPermille}, ${row.recordedAt})`.execute(tx);
};

export const findBilledSegment = async (
  tx: Transaction,
  contractId: ContractId,
  segmentHash: Uint8Array,
): Promise<BilledSegmentRow | null> => {
  const { rows } = await sql<BilledSegmentRow>`
    select ${segmentColumns} from billed_segment
    where contract_id = ${contractId} and segment_hash = ${segmentHash}`.execute(tx);
  return rows[0] ?? null;
};

/** Minutes billed in the slot, in how many parts, and in its week. */
export const countBilled = async (
  tx: Transaction,
  key: WeekKey & { readonly slot: number },
): Promise<{ readonly slotParts: number; readonly slotMinutes: number; readonly weekMinutes: number }> => {
  const { rows } = await sql<{ slotParts: number; slotMinutes: number; weekMinutes: number }>`
    select count(*) filter (where slot = ${BigInt(key.slot)})::int as "slotParts",
      coalesce(sum(minutes) filter (where slot = ${BigInt(key.slot)}), 0)::int as "slotMinutes",
      coalesce(sum(minutes), 0)::int as "weekMinutes"
    from billed_segment where contract_id = ${key.contractId} and week_start = ${key.weekStart}`.execute(tx);
  return rows[0] ?? { slotParts: 0, slotMinutes: 0, weekMinutes: 0 };
};

/** Everything that goes on the week's invoice: its own hours, and late ones of weeks before. */
export const listSegmentsToInvoice = async (tx: Transaction, key: WeekKey): Promise<readonly BilledSegmentRow[]> => {
  const { rows } = await sql<BilledSegmentRow>`
    select ${segmentColumns} from billed_segment
    where contract_id = ${key.contractId} and invoice_week = ${key.weekStart} order by slot, part`.execute(tx);
  return rows;
};

export interface WeekSummary {
  readonly weekStart: string;
  readonly state: WeekState;
  readonly currency: string;
  readonly depositMinutes: number;
  readonly guaranteeMinutes: number;
  readonly noneMinutes: number;
  readonly heldMinor: bigint;
  readonly invoiceId: string | null;
  readonly totalMinor: bigint | null;
  readonly paidMinor: bigint | null;
  readonly unpaidMinor: bigint | null;
}

/** Newest first; hours count in their own week, held money in the week whose invoice it will pay. */
export const listWeekSummaries = async (
  tx: Transaction,
  contractId: ContractId,
  limit: number,
): Promise<readonly WeekSummary[]> => {
  const { rows } = await sql<WeekSummary>`
    select w.week_start as "weekStart", w.state, w.currency, w.invoice_id as "invoiceId",
      coalesce(m.deposit, 0)::int as "depositMinutes", coalesce(m.guarantee, 0)::int as "guaranteeMinutes",
      coalesce(m.none, 0)::int as "noneMinutes",
      case when w.state in ('open', 'locked') then coalesce(h.held, 0) else 0 end::bigint as "heldMinor",
      i.total_minor as "totalMinor", i.paid_minor as "paidMinor", i.unpaid_minor as "unpaidMinor"
    from billing_week w
    left join (
      select week_start, sum(minutes) filter (where covered = 'deposit') as deposit,
        sum(minutes) filter (where covered = 'guarantee') as guarantee,
        sum(minutes) filter (where covered = 'none') as none
      from billed_segment where contract_id = ${contractId} group by week_start
    ) m on m.week_start = w.week_start
    left join (
      select invoice_week, sum(held_minor) as held
      from billed_segment where contract_id = ${contractId} group by invoice_week
    ) h on h.invoice_week = w.week_start
    left join invoice i on i.contract_id = w.contract_id and i.id = w.invoice_id
    where w.contract_id = ${contractId} order by w.week_start desc limit ${limit}`.execute(tx);
  return rows;
};
