// Writes what a batch decided: one query for each table, however many records there are. A racer of another server
// that was first shows here as a row that is there already; the batch is then decided again.
import { logEntryOf } from "@underseal/evidence";
import { money } from "@underseal/foundation";
import { recordSubject } from "../../log/index.ts";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { EvidenceDeps, FundingOutcome } from "../ports.ts";
import { insertCaptures, insertDisclosures } from "../store/captures.ts";
import { moveChains } from "../store/chain.ts";
import { claimSlots, setWeekMinutes } from "../store/claims.ts";
import { insertRecords, keepConflict, type StoredRecord } from "../store/records.ts";
import { envelopeOf } from "../store/rows.ts";
import { insertRuns, insertStop } from "../store/runs.ts";
import { insertSegments } from "../store/segments.ts";
import type { SignArrivals } from "./arrivals.ts";
import { type Admission, type Admitted, chainKeyOf, type MeaningOf, timeKeyOf } from "./ground.ts";
import type { DeviceRecord } from "./record.ts";

/** Somebody else took a slot between our look and our write. */
export class SlotRaced extends Error {}

type Deps = Pick<EvidenceDeps, "log" | "billing"> & { readonly signArrivals: SignArrivals };

/** In the order given. */
export const storeAdmitted = async (
  transaction: Transaction,
  deps: Deps,
  admitted: readonly Admitted[],
  nowMs: number,
): Promise<readonly StoredRecord[]> => {
  if (admitted.length === 0) return [];
  const signing = deps.signArrivals(
    admitted.map(({ admission, record }) => ({ contractId: admission.key.contractId, statementHash: record.hash })),
    nowMs,
  );
  // Meanwhile.
  await storeMeanings(transaction, deps, admitted, nowMs);
  const arrivals = await signing;
  const stored = admitted.map(({ admission, record, slot }, i) => ({
    ...rowOf(admission),
    statement: record,
    slot,
    termsHash: admission.terms.hash,
    arrival: arrivals[i] as (typeof arrivals)[number], // As many as records.
  }));
  await insertRecords(transaction, stored, nowMs);
  await moveChains(transaction, headsOf(admitted));
  await deps.log.enqueueAll(
    transaction,
    admitted.map(({ admission, record }) => ({
      subject: recordSubject({ ...admission.key, seq: record.body.seq }),
      entry: logEntryOf(record.hash),
    })),
  );
  return stored.map(({ statement, arrival, contractId, deviceId, termsHash, slot }) => ({
    ...{ contractId, deviceId, termsHash, slot, hash: statement.hash, seq: statement.body.seq, kind: statement.name },
    envelope: statement.envelope,
    arrival: envelopeOf(arrival),
  }));
};

const rowOf = ({ key, parties }: Admission) => ({ ...key, ...parties });

/** The last record of each chain. */
const headsOf = (admitted: readonly Admitted[]) => [
  ...new Map(
    admitted.map(({ admission: { key }, record, openRunSeq }) => [
      chainKeyOf(key),
      { ...key, seq: record.body.seq, hash: record.hash, openRunSeq },
    ]),
  ).values(),
];

interface Meant<Kind extends Admitted["meaning"]["kind"]> {
  readonly admission: Admission;
  readonly slot: number;
  readonly meaning: MeaningOf<Kind>;
}

const ofKind = <Kind extends Admitted["meaning"]["kind"]>(
  admitted: readonly Admitted[],
  kind: Kind,
): readonly Meant<Kind>[] =>
  admitted.flatMap(({ admission, slot, meaning }) =>
    // The kind was just compared.
    meaning.kind === kind ? [{ admission, slot, meaning: meaning as MeaningOf<Kind> }] : [],
  );

const storeMeanings = async (
  transaction: Transaction,
  deps: Deps,
  admitted: readonly Admitted[],
  nowMs: number,
): Promise<void> => {
  const starts = ofKind(admitted, "start");
  await insertRuns(
    transaction,
    starts.map(({ admission, meaning }) => ({ ...rowOf(admission), body: meaning.record.body })),
  );
  const captures = ofKind(admitted, "capture").map(({ admission, slot, meaning }) => {
    const { hash, body } = meaning.record;
    return { ...rowOf(admission), termsHash: admission.terms.hash, startSeq: meaning.startSeq, slot, hash, body };
  });
  await insertCaptures(transaction, captures, nowMs);
  await storeSegments(transaction, deps, ofKind(admitted, "segment"), nowMs);
  const disclosures = ofKind(admitted, "disclosure").map(({ admission, slot, meaning: { record } }) => ({
    ...rowOf(admission),
    ...{ slot, hash: record.hash, body: record.body },
  }));
  await insertDisclosures(transaction, disclosures, nowMs);
};

const storeSegments = async (
  transaction: Transaction,
  deps: Deps,
  segments: readonly Meant<"segment">[],
  nowMs: number,
): Promise<void> => {
  if (segments.length === 0) return;
  await takeSlots(transaction, segments);
  const funded = await fundAll(transaction, deps, segments);
  const rows = segments.map(({ admission, meaning }, i) => ({
    ...rowOf(admission),
    ...{ hash: meaning.record.hash, body: meaning.record.body, termsHash: admission.terms.hash },
    ...{ startSeq: meaning.startSeq, minutesBefore: meaning.minutesBefore, funding: funded[i] ?? null },
  }));
  await insertSegments(transaction, rows, nowMs);
  const weeks = new Map(
    segments
      .filter(({ meaning }) => meaning.record.body.minutes > 0)
      .map(({ admission: { key }, meaning: { weekStart, minutesBefore, record } }) => [
        timeKeyOf(key.contractId, weekStart),
        { contractId: key.contractId, weekStart, minutes: minutesBefore + record.body.minutes },
      ]),
  );
  await setWeekMinutes(transaction, [...weeks.values()]);
  for (const { admission, meaning } of segments) {
    const { drawnRounds, startSeq, record } = meaning;
    if (drawnRounds === null || startSeq === null) continue;
    await insertStop(transaction, { ...rowOf(admission), startSeq, segment: record.body, drawnRounds });
  }
};

/** Two parts of one slot are one claim; a claim that stands is not made again. */
const takeSlots = async (transaction: Transaction, segments: readonly Meant<"segment">[]): Promise<void> => {
  const claims = new Map(
    segments
      .filter(({ meaning }) => meaning.isClaim)
      .map(({ admission: { key, parties }, slot }) => [
        timeKeyOf(parties.freelancerId, slot),
        { ...key, freelancerId: parties.freelancerId, slot },
      ]),
  );
  const taken = await claimSlots(transaction, [...claims.values()]);
  if (taken !== claims.size) throw new SlotRaced("a slot was taken meanwhile");
};

/** Contract by contract, so that deposits are locked in one order everywhere. Outcomes in the order given. */
const fundAll = async (
  transaction: Transaction,
  { billing }: Deps,
  segments: readonly Meant<"segment">[],
): Promise<readonly (FundingOutcome | null)[]> => {
  const outcomes: (FundingOutcome | null)[] = segments.map(() => null);
  const billed = [...segments.entries()].filter(([, { meaning }]) => meaning.record.body.minutes > 0);
  const contractOf = ([, { admission }]: (typeof billed)[number]) => admission.key.contractId;
  for (const [i, segment] of billed.toSorted((a, b) => (contractOf(a) < contractOf(b) ? -1 : 1))) {
    outcomes[i] = await billing.recordSegment(transaction, billedOf(segment));
  }
  return outcomes;
};

const billedOf = ({ admission: { key, parties, terms }, meaning: { record } }: Meant<"segment">) => {
  const { rate, weeklyLimitMinutes, feePermille, funding } = terms.body;
  const { slot, minutes, manual } = record.body;
  return {
    ...{ contractId: key.contractId, ...parties, segmentHash: record.hash, slot, minutes, isManual: manual },
    terms: {
      rate: money(BigInt(rate.amountMinor), rate.currency),
      ...{ weeklyLimitMinutes, feePermille, hasDeposit: funding !== "card" },
    },
  };
};

/** One by one: there are few, each counts those before it, and only an arbiter will ask. */
export const keepConflicts = async (
  transaction: Transaction,
  conflicts: readonly { readonly admission: Admission; readonly record: DeviceRecord }[],
  nowMs: number,
): Promise<void> => {
  for (const { admission, record } of conflicts) {
    await keepConflict(transaction, rowOf(admission), { statement: record, arrivedAtMs: nowMs });
  }
};
