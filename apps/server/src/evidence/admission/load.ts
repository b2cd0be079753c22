// Reads the ground of a batch: a handful of queries, however many records there are. Locks come first and in one
// order everywhere (chains, then weeks), so that what is read under them stays true until the transaction ends.
import { roundTime } from "@underseal/evidence";
import { SECOND_MS } from "@underseal/foundation";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { EvidenceDeps, SignedTerms } from "../ports.ts";
import { checkNotFuture, checkSegmentTime, slotOfRound } from "../rules.ts";
import { countCaptures, findCaptures, findDisclosures, findNamedFiles } from "../store/captures.ts";
import { type Chain, type ChainKey, lockChains } from "../store/chain.ts";
import { findSlotClaims, lockWeekMinutes, sumSlotMinutes } from "../store/claims.ts";
import { findByBodies } from "../store/records.ts";
import { decoded, findRounds, findRunsBefore, listRounds, listRunSlots, type RunKey } from "../store/runs.ts";
import { findTerms } from "./decide.ts";
import { weekStartOfSlot } from "./decide-segment.ts";
import { chainKeyOf, type Ground, hashKeyOf, partiesOf, type Run, timeKeyOf } from "./ground.ts";
import { contractOf, type DeviceRecord, type SignedRecord } from "./record.ts";
import type { TermsOf } from "./terms.ts";

interface Deps extends Pick<EvidenceDeps, "devices" | "contracts"> {
  readonly termsOf: TermsOf;
}

export const readGround = async (
  transaction: Transaction,
  deps: Deps,
  batch: readonly SignedRecord[],
  nowMs: number,
): Promise<Ground> => {
  const devices = distinct(batch.map(({ device }) => device.deviceId));
  const revoked = await deps.devices.listRevoked(transaction, devices);
  const terms = await deps.termsOf(transaction, distinct(batch.map(({ record }) => record.body.terms)));
  const placed = batch.flatMap((signed) => placeOf({ terms }, signed));
  const spans = await deps.contracts.activeSpansOfAll(transaction, distinct(placed.map(({ key }) => key.contractId)));
  const chains = await readChains(transaction, placed);
  const bodies = batch.map(({ record }) => ({ contractId: contractOf(record), bodyHash: record.bodyHash }));
  const replays = await findByBodies(transaction, bodies);
  const timely = placed.filter(isTimely(nowMs));
  return {
    revoked,
    replays: new Map(replays.map((stored) => [hashKeyOf(stored.contractId, stored.bodyHash), stored])),
    terms,
    spans,
    chains,
    runs: await readRuns(transaction, placed, chains),
    ...(await readCaptures(transaction, timely)),
    ...(await readTime(transaction, timely)),
  };
};

/** A record whose terms fit its device and contract: only for such are rows locked or made. */
interface Placed {
  readonly key: ChainKey;
  readonly terms: SignedTerms;
  readonly record: DeviceRecord;
}

const placeOf = (ground: Pick<Ground, "terms">, signed: SignedRecord): readonly Placed[] => {
  const terms = findTerms(ground, signed);
  if (!terms.ok) return [];
  const key = { contractId: terms.value.contractId, deviceId: signed.device.deviceId };
  return [{ key, terms: terms.value, record: signed.record }];
};

/** What is ahead of time is refused whatever stands in its slot, which may be beyond what rows can hold. */
const isTimely =
  (nowMs: number) =>
  ({ record, terms }: Placed): boolean => {
    if (record.name === "segment") return checkSegmentTime(record.body, nowMs) === null;
    if (record.name !== "capture") return true;
    return checkNotFuture(roundTime(terms.body.draw.beacon, record.body.beacon.round) * SECOND_MS, nowMs) === null;
  };

const distinct = (values: readonly string[]): string[] => [...new Set(values)];

const distinctBy = <T>(values: readonly T[], keyOf: (value: T) => string): T[] => [
  ...new Map(values.map((value) => [keyOf(value), value])).values(),
];

const readChains = async (transaction: Transaction, placed: readonly Placed[]): Promise<Map<string, Chain>> => {
  const keys = placed.map(({ key, terms }) => ({ ...key, freelancerId: partiesOf(terms).freelancerId }));
  const chains = await lockChains(transaction, distinctBy(keys, chainKeyOf));
  return new Map(chains.map((chain) => [chainKeyOf(chain), chain]));
};

const runKeyOf = (run: RunKey): string => `${chainKeyOf(run)}/${run.startSeq}`;

const readRuns = async (
  transaction: Transaction,
  placed: readonly Placed[],
  chains: ReadonlyMap<string, Chain>,
): Promise<Map<string, readonly Run[]>> => {
  const places = placed.map(({ key, record }) => ({ ...key, seq: record.body.seq }));
  const found = await findRunsBefore(transaction, places);
  const openOf = ({ key }: Placed): RunKey[] => {
    const startSeq = chains.get(chainKeyOf(key))?.openRunSeq ?? null;
    return startSeq === null ? [] : [{ ...key, startSeq }];
  };
  const stopped = distinctBy(
    placed.filter(({ record }) => record.name === "segment" && record.body.stop).flatMap(openOf),
    runKeyOf,
  );
  const asked = placed.flatMap((each) => {
    const { record } = each;
    return record.name === "capture" ? openOf(each).map((run) => ({ ...run, round: record.body.beacon.round })) : [];
  });
  const rounds = Map.groupBy(
    [...(await findRounds(transaction, asked)), ...(await listRounds(transaction, stopped))],
    runKeyOf,
  );
  const slots = Map.groupBy(await listRunSlots(transaction, stopped), runKeyOf);
  const runs = found.map((run) => ({
    ...run,
    rounds: new Set((rounds.get(runKeyOf(run)) ?? []).map(({ round }) => round)),
    slots: (slots.get(runKeyOf(run)) ?? []).map(({ slot }) => slot),
  }));
  return Map.groupBy(runs, chainKeyOf);
};

const readCaptures = async (
  transaction: Transaction,
  placed: readonly Placed[],
): Promise<Pick<Ground, "captures" | "capturesBySlot" | "disclosures" | "files">> => {
  const slots = placed.flatMap(({ key, terms, record }) =>
    record.name === "capture" ? [{ ...key, slot: slotOfRound(record.body.beacon.round, terms.body.draw.beacon) }] : [],
  );
  const counts = await countCaptures(
    transaction,
    distinctBy(slots, ({ contractId, slot }) => timeKeyOf(contractId, slot)),
  );
  const ofSegments = placed.flatMap(({ key, record }) =>
    record.name === "segment" ? record.body.captures.map((hash) => ({ ...key, hash: decoded(hash) })) : [],
  );
  const disclosed = placed.flatMap(({ key, record }) =>
    record.name === "disclosure" ? [{ ...key, hash: decoded(record.body.capture) }] : [],
  );
  const captures = await findCaptures(transaction, [...ofSegments, ...disclosed]);
  const disclosures = await findDisclosures(transaction, disclosed);
  const named = placed.flatMap(({ key: { contractId }, record }) =>
    record.name === "disclosure"
      ? [record.body.visible, record.body.hidden].flatMap((file) =>
          file === undefined ? [] : [{ contractId, digest: decoded(file.digest) }],
        )
      : [],
  );
  const files = await findNamedFiles(transaction, named);
  return {
    capturesBySlot: new Map(counts.map(({ contractId, slot, count }) => [timeKeyOf(contractId, slot), count])),
    captures: new Map(captures.map((each) => [hashKeyOf(each.contractId, each.hash), each])),
    files: new Map(files.map((each) => [hashKeyOf(each.contractId, each.digest), each])),
    disclosures: new Map(disclosures.map((each) => [hashKeyOf(each.contractId, each.hash), each])),
  };
};

/** Weeks, slots and minutes of the segments that bill any. */
const readTime = async (
  transaction: Transaction,
  placed: readonly Placed[],
): Promise<Pick<Ground, "claims" | "minutesBySlot" | "minutesByWeek">> => {
  const billed = placed.flatMap(({ key, terms, record }) =>
    record.name === "segment" && record.body.minutes > 0
      ? [{ ...key, ...partiesOf(terms), slot: record.body.slot, weekStart: weekStartOfSlot(record.body.slot) }]
      : [],
  );
  const weeks = distinctBy(billed, ({ contractId, weekStart }) => timeKeyOf(contractId, weekStart));
  const slots = distinctBy(billed, ({ contractId, slot }) => timeKeyOf(contractId, slot));
  const locked = await lockWeekMinutes(transaction, weeks);
  const claims = await findSlotClaims(transaction, billed);
  const minutes = await sumSlotMinutes(transaction, slots);
  return {
    claims: new Map(claims.map((claim) => [timeKeyOf(claim.freelancerId, claim.slot), claim])),
    minutesBySlot: new Map(minutes.map((each) => [timeKeyOf(each.contractId, each.slot), each.minutes])),
    minutesByWeek: new Map(locked.map((week) => [timeKeyOf(week.contractId, week.weekStart), week.minutes])),
  };
};
