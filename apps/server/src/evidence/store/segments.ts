import type { StatementBody } from "@underseal/evidence";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { FundingOutcome } from "../ports.ts";
import type { ChainKey } from "./chain.ts";
import type { Parties } from "./rows.ts";

export interface SegmentToStore extends ChainKey, Parties {
  readonly hash: Uint8Array;
  readonly termsHash: Uint8Array;
  readonly startSeq: number | null;
  readonly body: StatementBody<"segment">;
  readonly minutesBefore: number;
  /** `null` where there was nothing to hold. */
  readonly funding: FundingOutcome | null;
}

export const insertSegments = async (
  transaction: Transaction,
  segments: readonly SegmentToStore[],
  arrivedAtMs: number,
): Promise<void> => {
  if (segments.length === 0) return;
  const column = <T>(pick: (segment: SegmentToStore) => T): T[] => segments.map(pick);
  await sql`
    insert into segment (contract_id, hash, device_id, seq, start_seq, freelancer_id, client_id, terms_hash, slot,
      minutes, activity, has_changed_work, mode, is_manual, minutes_before, deposit, deposit_used_permille, arrived_at)
    select *, ${new Date(arrivedAtMs)}::timestamptz from unnest(${column(({ contractId }) => contractId)}::uuid[],
      ${column(({ hash }) => hash)}::bytea[], ${column(({ deviceId }) => deviceId)}::uuid[],
      ${column(({ body }) => body.seq)}::bigint[], ${column(({ startSeq }) => startSeq)}::bigint[],
      ${column(({ freelancerId }) => freelancerId)}::uuid[], ${column(({ clientId }) => clientId)}::uuid[],
      ${column(({ termsHash }) => termsHash)}::bytea[], ${column(({ body }) => body.slot)}::integer[],
      ${column(({ body }) => body.minutes)}::integer[], ${column(({ body }) => body.activity)}::integer[],
      ${column(({ body }) => body.work)}::boolean[], ${column(({ body }) => body.mode)}::text[],
      ${column(({ body }) => body.manual)}::boolean[], ${column(({ minutesBefore }) => minutesBefore)}::integer[],
      ${column(({ funding }) => funding?.deposit ?? null)}::text[],
      ${column(({ funding }) => funding?.depositUsedPermille ?? 0)}::integer[])`.execute(transaction);
};
