import type { StatementBody } from "@underseal/evidence";
import { assert, base64UrlToBytes, type ContractId } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { FundingOutcome } from "../ports.ts";
import type { CurrentDisclosure, OpenRun } from "../rules.ts";
import type { ChainKey } from "./chain.ts";
import type { Parties } from "./rows.ts";

/** What the schema of statements has checked to be bytes. */
export const decoded = (text: string): Uint8Array => {
  const bytes = base64UrlToBytes(text);
  assert(bytes !== null, "the statement's schema checked that this is base64url");
  return bytes;
};

export const insertRun = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  parties: Parties,
  start: StatementBody<"start">,
): Promise<void> => {
  await sql`
    insert into run (contract_id, device_id, start_seq, freelancer_id, client_id, draw_commitment, started_at_s)
    values (${contractId}, ${deviceId}, ${start.seq}, ${parties.freelancerId}, ${parties.clientId},
      ${decoded(start.drawC)}, ${start.at})`.execute(transaction);
};

interface RunRow {
  readonly startSeq: bigint;
  readonly startedAtS: bigint;
  readonly drawCommitment: Uint8Array;
  readonly lastSlot: number | null;
}

/** The run that a record with this number would belong to: that of the last start before it. */
export const findRunBefore = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  seq: number,
): Promise<OpenRun | null> => {
  const { rows } = await sql<RunRow>`
    select start_seq as "startSeq", started_at_s as "startedAtS", draw_commitment as "drawCommitment",
      (select max(slot) from segment s where s.contract_id = run.contract_id and s.device_id = run.device_id
        and s.start_seq = run.start_seq) as "lastSlot"
    from run
    where contract_id = ${contractId} and device_id = ${deviceId} and start_seq < ${seq}
    order by start_seq desc limit 1`.execute(transaction);
  const [row] = rows;
  return row === undefined
    ? null
    : {
        startSeq: Number(row.startSeq),
        startedAtS: Number(row.startedAtS),
        drawCommitment: row.drawCommitment,
        lastSlot: row.lastSlot,
      };
};

export const insertStop = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  parties: Parties,
  {
    startSeq,
    segment,
    drawnRounds,
  }: {
    readonly startSeq: number;
    readonly segment: StatementBody<"segment">;
    readonly drawnRounds: readonly number[];
  },
): Promise<void> => {
  await sql`
    insert into run_stop (contract_id, device_id, start_seq, freelancer_id, client_id, stop_seq, draw_seed,
      stopped_at_s, drawn_rounds)
    values (${contractId}, ${deviceId}, ${startSeq}, ${parties.freelancerId}, ${parties.clientId}, ${segment.seq},
      ${decoded(segment.drawSeed ?? "")}, ${segment.at}, ${[...drawnRounds]}::bigint[])`.execute(transaction);
};

/** The rounds that a run has captures of. */
export const listRounds = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  startSeq: number,
): Promise<readonly number[]> => {
  const { rows } = await sql<{ round: bigint }>`
    select round from capture
    where contract_id = ${contractId} and device_id = ${deviceId} and start_seq = ${startSeq}`.execute(transaction);
  return rows.map(({ round }) => Number(round));
};

/** The slots that a run has segments of. */
export const listRunSlots = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  startSeq: number,
): Promise<readonly number[]> => {
  const { rows } = await sql<{ slot: number }>`
    select slot from segment
    where contract_id = ${contractId} and device_id = ${deviceId} and start_seq = ${startSeq}
    order by slot`.execute(transaction);
  return rows.map(({ slot }) => slot);
};

export interface CaptureToStore {
  readonly hash: Uint8Array;
  readonly termsHash: Uint8Array;
  readonly startSeq: number;
  readonly slot: number;
  readonly body: StatementBody<"capture">;
  readonly arrivedAtMs: number;
}

export const insertCapture = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  parties: Parties,
  { hash, termsHash, startSeq, slot, body, arrivedAtMs }: CaptureToStore,
): Promise<void> => {
  await sql`
    insert into capture (contract_id, hash, device_id, seq, start_seq, freelancer_id, client_id, terms_hash, slot,
      round, taken_at_s, masked_permille, arrived_at)
    values (${contractId}, ${hash}, ${deviceId}, ${body.seq}, ${startSeq}, ${parties.freelancerId},
      ${parties.clientId}, ${termsHash}, ${slot}, ${body.beacon.round}, ${body.at}, ${body.masked},
      ${new Date(arrivedAtMs)})`.execute(transaction);
};

/** How many captures the slot has, and whether the run has one of this round. */
export const countCaptures = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  { slot, startSeq, round }: { readonly slot: number; readonly startSeq: number; readonly round: number },
): Promise<{ readonly inSlot: number; readonly isRoundTaken: boolean }> => {
  const { rows } = await sql<{ inSlot: number; isRoundTaken: boolean }>`
    select
      (select count(*)::int from capture where contract_id = ${contractId} and slot = ${slot}) as "inSlot",
      exists (select from capture where contract_id = ${contractId} and device_id = ${deviceId}
        and start_seq = ${startSeq} and round = ${round}) as "isRoundTaken"`.execute(transaction);
  return rows[0] ?? { inSlot: 0, isRoundTaken: false };
};

/** How many of these captures are of this run and slot. */
export const countNamedCaptures = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  {
    hashes,
    slot,
    startSeq,
  }: { readonly hashes: readonly Uint8Array[]; readonly slot: number; readonly startSeq: number },
): Promise<number> => {
  if (hashes.length === 0) return 0;
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from capture
    where contract_id = ${contractId} and device_id = ${deviceId} and slot = ${slot} and start_seq = ${startSeq}
      and hash in (${sql.join([...hashes])})`.execute(transaction);
  return rows[0]?.count ?? 0;
};

export interface FoundCapture {
  readonly slot: number;
  readonly termsHash: Uint8Array;
}

export const findCapture = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  hash: Uint8Array,
): Promise<FoundCapture | null> => {
  const { rows } = await sql<FoundCapture>`
    select slot, terms_hash as "termsHash" from capture
    where contract_id = ${contractId} and device_id = ${deviceId} and hash = ${hash}`.execute(transaction);
  return rows[0] ?? null;
};

export const findDisclosure = async (
  transaction: Transaction,
  contractId: ContractId,
  captureHash: Uint8Array,
): Promise<CurrentDisclosure | null> => {
  const { rows } = await sql<CurrentDisclosure>`
    select ver, redacted_permille as "redactedPermille" from disclosure
    where contract_id = ${contractId} and capture_hash = ${captureHash}
    order by ver desc limit 1`.execute(transaction);
  return rows[0] ?? null;
};

export interface DisclosureToStore {
  readonly hash: Uint8Array;
  readonly slot: number;
  readonly body: StatementBody<"disclosure">;
  readonly arrivedAtMs: number;
}

export const insertDisclosure = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  parties: Parties,
  { hash, slot, body, arrivedAtMs }: DisclosureToStore,
): Promise<void> => {
  await sql`
    insert into disclosure (contract_id, capture_hash, ver, hash, device_id, freelancer_id, client_id, slot,
      redacted_permille, visible_digest, visible_bytes, hidden_digest, hidden_bytes, arrived_at)
    values (${contractId}, ${decoded(body.capture)}, ${body.ver}, ${hash}, ${deviceId}, ${parties.freelancerId},
      ${parties.clientId}, ${slot}, ${body.redacted}, ${decoded(body.visible.digest)}, ${body.visible.bytes},
      ${decoded(body.hidden.digest)}, ${body.hidden.bytes}, ${new Date(arrivedAtMs)})`.execute(transaction);
};

export interface SegmentToStore {
  readonly hash: Uint8Array;
  readonly termsHash: Uint8Array;
  readonly startSeq: number | null;
  readonly body: StatementBody<"segment">;
  readonly arrivedAtMs: number;
  readonly minutesBefore: number;
  /** `null` where there was nothing to hold. */
  readonly funding: FundingOutcome | null;
}

export const insertSegment = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  parties: Parties,
  { body, ...segment }: SegmentToStore,
): Promise<void> => {
  await sql`
    insert into segment (contract_id, hash, device_id, seq, start_seq, freelancer_id, client_id, terms_hash, slot,
      minutes, activity, has_changed_work, mode, is_manual, arrived_at, minutes_before, deposit,
      deposit_used_permille)
    values (${contractId}, ${segment.hash}, ${deviceId}, ${body.seq}, ${segment.startSeq}, ${parties.freelancerId},
      ${parties.clientId}, ${segment.termsHash}, ${body.slot}, ${body.minutes}, ${body.activity}, ${body.work},
      ${body.mode}, ${body.manual}, ${new Date(segment.arrivedAtMs)}, ${segment.minutesBefore},
      ${segment.funding?.deposit ?? null}, ${segment.funding?.depositUsedPermille ?? 0})`.execute(transaction);
};
