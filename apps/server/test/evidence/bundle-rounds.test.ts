// Which of the beacon's rounds a week's bundle carries.
import {
  type BeaconChain,
  beaconKeyOf,
  type DeviceRecordName,
  readAnyStatement,
  type StatementBody,
  signStatement,
} from "@underseal/evidence";
import { bytesToBase64Url, SECOND_MS, slotOf } from "@underseal/foundation";
import { expect, test } from "vitest";
import { spansOf } from "../../src/evidence/bundle-rounds.ts";
import type { SignedTerms } from "../../src/evidence/ports.ts";
import type { StoredRecord } from "../../src/evidence/store/records.ts";
import { slotsOfWeek } from "../../src/evidence/weeks.ts";
import { MONDAY_MS, randomHash, WEEK } from "./world.ts";

/** Round r is published at 10r seconds. */
const CHAIN: BeaconChain = { publicKey: beaconKeyOf(new Uint8Array(32)), genesis: 10, period: 10 };
const MONDAY_S = MONDAY_MS / SECOND_MS;
const MONDAY_ROUND = MONDAY_S / 10;
const WEEK_S = 7 * 24 * 3_600;
const DEVICE_KEY = new Uint8Array(32).fill(1);
const HASH = new Uint8Array(32).fill(5);
const OTHER_HASH = new Uint8Array(32).fill(6);

const termsOf = (hash: Uint8Array, publicKey: Uint8Array): SignedTerms =>
  // Only what is read of signed terms here.
  ({
    hash,
    body: { draw: { odds: 1, beacon: { ...CHAIN, publicKey: bytesToBase64Url(publicKey) } } },
  }) as unknown as SignedTerms;

const terms = [termsOf(HASH, CHAIN.publicKey), termsOf(OTHER_HASH, beaconKeyOf(new Uint8Array(32).fill(9)))];

const recordOf = <Name extends "start" | "segment">(
  kind: Name,
  slot: number,
  body: Partial<StatementBody<Name>>,
  changes: Partial<StoredRecord> = {},
): StoredRecord => {
  const uuid = "0190a0a0-0000-7000-8000-000000000000";
  const chained = {
    contract: uuid,
    terms: randomHash(),
    device: uuid,
    seq: 1,
    prev: randomHash(),
    nonce: randomHash(),
  };
  const statement = signStatement(kind as DeviceRecordName, { ...chained, ...body } as never, [DEVICE_KEY]);
  expect(readAnyStatement(statement.envelope).ok).toBe(true);
  // Seen in the second in which it was made.
  const seen = { contract: uuid, statement: randomHash(), at: Number(body.at) };
  const arrival = signStatement("arrival", seen, [DEVICE_KEY]).envelope;
  // The fields that are not given here are not read.
  const stored = { deviceId: "d", kind, slot, termsHash: HASH, envelope: statement.envelope, arrival };
  return { ...stored, ...changes } as StoredRecord;
};

/** At seconds after the Monday. */
const start = (afterS: number, changes: Partial<StoredRecord> = {}) => {
  const at = MONDAY_S + afterS;
  const beacon = { round: at / 10, sig: bytesToBase64Url(new Uint8Array(48)) };
  return recordOf("start", slotOf(at * SECOND_MS), { at, beacon }, changes);
};
const offlineStart = (afterS: number) => {
  const at = MONDAY_S + afterS;
  return recordOf("start", slotOf(at * SECOND_MS), { at, beacon: { round: at / 10 }, drawC: randomHash() });
};
const segment = (afterS: number, body: Partial<StatementBody<"segment">> = {}, changes: Partial<StoredRecord> = {}) => {
  const at = MONDAY_S + afterS;
  const slot = slotOf((at - 1) * SECOND_MS);
  const rest = { at, slot, minutes: 1, stop: false, captures: [], activity: 0, activityC: randomHash(), work: false };
  const full = { ...rest, workC: randomHash(), mode: "working", manual: false, ...body } as const;
  return recordOf("segment", slot, full, changes);
};
const stop = (afterS: number, changes: Partial<StoredRecord> = {}) => segment(afterS, { stop: true }, changes);

const slots = slotsOfWeek(WEEK) ?? { from: 0, to: 0 };
const spans = (...records: readonly StoredRecord[]) =>
  spansOf(CHAIN, { records, terms, slots }).map(({ from, to }) => [from - MONDAY_ROUND, to - MONDAY_ROUND]);

test("from the round after the start's up to, without, that of the stop", () => {
  expect(spans(start(600), segment(1_200), stop(1_805))).toEqual([[61, 180]]);
});

test("none of a run that has not stopped, or was left for another one", () => {
  expect(spans(start(600), segment(1_200))).toEqual([]);
  expect(spans(start(600), segment(1_200), start(1_800), stop(2_400))).toEqual([[181, 240]]);
});

test("none of a run whose start is not here", () => {
  expect(spans(segment(1_200), stop(1_800), start(6_000), stop(6_600))).toEqual([[601, 660]]);
});

test("none of a run without network", () => {
  expect(spans(offlineStart(600), stop(1_200), start(1_800), stop(2_400))).toEqual([[181, 240]]);
});

test("those inside the week only", () => {
  expect(spans(start(-600), segment(0), stop(600))).toEqual([[0, 60]]);
  expect(spans(start(WEEK_S - 600), stop(WEEK_S + 600))).toEqual([[WEEK_S / 10 - 59, WEEK_S / 10]]);
});

test("none of a run that has no record in the week", () => {
  expect(spans(start(-1_200), stop(-600), start(600), stop(1_200))).toEqual([[61, 120]]);
});

test("not ended by time entered by hand", () => {
  expect(spans(start(600), segment(1_200, { manual: true }), stop(1_800))).toEqual([[61, 180]]);
});

test("of two devices at once: together, each once", () => {
  const other = { deviceId: "e" };
  expect(spans(start(600), stop(1_800), start(1_200, other), stop(2_400, other))).toEqual([[61, 240]]);
  expect(spans(start(600), stop(1_200), start(3_000, other), stop(3_600, other))).toEqual([
    [61, 120],
    [301, 360],
  ]);
});

test("of the beacon of the first run only, which must be ours", () => {
  const foreign = { termsHash: OTHER_HASH };
  expect(spans(start(600), stop(1_200), start(1_800, foreign), stop(2_400, foreign))).toEqual([[61, 120]]);
  expect(spans(start(600, foreign), stop(1_200, foreign), start(1_800), stop(2_400))).toEqual([]);
});
