// What the diary of a week is made from. Read as the person who asks: row-level security shows a party its contract.
import type { ContractId } from "@underseal/foundation";
import type { WorkMode } from "@underseal/protection";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";

/** Slots [from, to). */
export interface SlotRange {
  readonly from: number;
  readonly to: number;
}

export interface WeekSegment {
  readonly deviceId: string;
  readonly seq: number;
  /** `null` for manual time, which belongs to no run. */
  readonly startSeq: number | null;
  readonly termsHash: Uint8Array;
  readonly slot: number;
  readonly minutes: number;
  readonly activity: number;
  readonly hasChangedWork: boolean;
  readonly mode: WorkMode;
  readonly isManual: boolean;
  readonly arrivedAtMs: number;
  /** Minutes of the week that were admitted before it. */
  readonly minutesBefore: number;
  /** `null` where there was nothing to hold. */
  readonly deposit: "has-room" | "short" | "absent" | null;
  readonly depositUsedPermille: number;
}

interface SegmentRow extends Omit<WeekSegment, "seq" | "startSeq" | "arrivedAtMs"> {
  readonly seq: bigint;
  readonly startSeq: bigint | null;
  readonly arrivedAt: Date;
}

export const listSegments = async (
  transaction: Transaction,
  contractId: ContractId,
  { from, to }: SlotRange,
): Promise<readonly WeekSegment[]> => {
  const { rows } = await sql<SegmentRow>`
    select device_id as "deviceId", seq, start_seq as "startSeq", terms_hash as "termsHash", slot, minutes, activity,
      has_changed_work as "hasChangedWork", mode, is_manual as "isManual", arrived_at as "arrivedAt",
      minutes_before as "minutesBefore", deposit, deposit_used_permille as "depositUsedPermille"
    from segment where contract_id = ${contractId} and slot >= ${from} and slot < ${to}
    order by slot, device_id, seq`.execute(transaction);
  return rows.map(({ arrivedAt, ...row }) => ({
    ...row,
    seq: Number(row.seq),
    startSeq: row.startSeq === null ? null : Number(row.startSeq),
    arrivedAtMs: arrivedAt.getTime(),
  }));
};

export interface WeekRun {
  readonly deviceId: string;
  readonly startSeq: number;
  readonly startedAtS: number;
  /** Without network a device draws by a seed that its start commits to. */
  readonly drawnBy: "beacon" | "device";
  /** `abandoned`: a later start left it without a stop, so nobody can ever check its draws. */
  readonly state: "open" | "stopped" | "abandoned";
  /** `null` until it has stopped, as are the draws: the seed comes with the stop. */
  readonly stop: { readonly seq: number; readonly atS: number; readonly drawnRounds: readonly number[] } | null;
}

interface RunRow {
  readonly deviceId: string;
  readonly startSeq: bigint;
  readonly startedAtS: bigint;
  readonly drawnBy: WeekRun["drawnBy"];
  readonly stopSeq: bigint | null;
  readonly stoppedAtS: bigint | null;
  readonly drawnRounds: readonly bigint[] | null;
  readonly isFollowed: boolean;
}

/** The runs that have segments in these slots. */
export const listRuns = async (
  transaction: Transaction,
  contractId: ContractId,
  { from, to }: SlotRange,
): Promise<readonly WeekRun[]> => {
  const { rows } = await sql<RunRow>`
    select r.device_id as "deviceId", r.start_seq as "startSeq", r.started_at_s as "startedAtS",
      case when r.draw_commitment is null then 'beacon' else 'device' end as "drawnBy", p.stop_seq as "stopSeq", p.stopped_at_s as "stoppedAtS", p.drawn_rounds as "drawnRounds",
      exists (select from run n where n.contract_id = r.contract_id and n.device_id = r.device_id
        and n.start_seq > r.start_seq) as "isFollowed"
    from run r
    left join run_stop p on p.contract_id = r.contract_id and p.device_id = r.device_id and p.start_seq = r.start_seq
    where r.contract_id = ${contractId} and exists (
      select from segment s where s.contract_id = r.contract_id and s.slot >= ${from} and s.slot < ${to}
        and s.device_id = r.device_id and s.start_seq = r.start_seq)
    order by r.device_id, r.start_seq`.execute(transaction);
  return rows.map(runOf);
};

const runOf = (row: RunRow): WeekRun => {
  const run = {
    deviceId: row.deviceId,
    startSeq: Number(row.startSeq),
    startedAtS: Number(row.startedAtS),
    drawnBy: row.drawnBy,
  };
  if (row.stopSeq === null) return { ...run, state: row.isFollowed ? "abandoned" : "open", stop: null };
  const drawnRounds = (row.drawnRounds ?? []).map(Number);
  return { ...run, state: "stopped", stop: { seq: Number(row.stopSeq), atS: Number(row.stoppedAtS), drawnRounds } };
};

export interface WeekCapture {
  readonly hash: Uint8Array;
  readonly deviceId: string;
  readonly startSeq: number;
  readonly slot: number;
  readonly round: number;
  readonly takenAtS: number;
  readonly arrivedAtMs: number;
  readonly maskedPermille: number;
  /** A segment of its run lists it. */
  readonly isNamed: boolean;
  readonly disclosure: {
    readonly hash: Uint8Array;
    readonly redactedPermille: number;
    /** `null` where the profile uploads nothing. */
    readonly visibleDigest: Uint8Array | null;
    /** The platform holds the visible blob. */
    readonly isStored: boolean;
    /** When the first version arrived: a later one that hides more does not make it late. */
    readonly firstArrivedAtMs: number;
  } | null;
}

interface CaptureRow {
  readonly hash: Uint8Array;
  readonly deviceId: string;
  readonly startSeq: bigint;
  readonly slot: number;
  readonly round: bigint;
  readonly takenAtS: bigint;
  readonly arrivedAt: Date;
  readonly maskedPermille: number;
  readonly isNamed: boolean;
  readonly disclosureHash: Uint8Array | null;
  readonly redactedPermille: number;
  readonly visibleDigest: Uint8Array | null;
  readonly isStored: boolean;
  readonly firstArrivedAt: Date;
}

export const listCaptures = async (
  transaction: Transaction,
  contractId: ContractId,
  { from, to }: SlotRange,
): Promise<readonly WeekCapture[]> => {
  // Admission saw to it that whoever names a capture is a segment of its run and slot.
  const { rows } = await sql<CaptureRow>`
    with named as materialized (
      select distinct jsonb_array_elements_text(convert_from(r.body, 'UTF8')::jsonb -> 'captures') as hash
      from record r
      where r.contract_id = ${contractId} and r.slot >= ${from} and r.slot < ${to} and r.kind = 'segment')
    select c.hash, c.device_id as "deviceId", c.start_seq as "startSeq", c.slot, c.round, c.taken_at_s as "takenAtS",
      c.arrived_at as "arrivedAt", c.masked_permille as "maskedPermille",
      translate(rtrim(encode(c.hash, 'base64'), '='), '+/', '-_') in (select hash from named) as "isNamed", d.hash as "disclosureHash", d.redacted_permille as "redactedPermille",
      d.visible_digest as "visibleDigest", b.digest is not null as "isStored", f.arrived_at as "firstArrivedAt"
    from capture c
    left join disclosure d on d.contract_id = c.contract_id and d.capture_hash = c.hash and d.ver =
      (select max(ver) from disclosure n where n.contract_id = c.contract_id and n.capture_hash = c.hash)
    left join disclosure f on f.contract_id = c.contract_id and f.capture_hash = c.hash and f.ver = 0
    left join blob_receipt b on b.contract_id = c.contract_id and b.digest = d.visible_digest
    where c.contract_id = ${contractId} and c.slot >= ${from} and c.slot < ${to}
    order by c.slot, c.round, c.device_id`.execute(transaction);
  return rows.map(captureOf);
};

const captureOf = (row: CaptureRow): WeekCapture => ({
  hash: row.hash,
  deviceId: row.deviceId,
  startSeq: Number(row.startSeq),
  slot: row.slot,
  round: Number(row.round),
  takenAtS: Number(row.takenAtS),
  arrivedAtMs: row.arrivedAt.getTime(),
  maskedPermille: row.maskedPermille,
  isNamed: row.isNamed,
  disclosure:
    row.disclosureHash === null
      ? null
      : {
          hash: row.disclosureHash,
          redactedPermille: row.redactedPermille,
          visibleDigest: row.visibleDigest,
          isStored: row.isStored,
          firstArrivedAtMs: row.firstArrivedAt.getTime(),
        },
});
