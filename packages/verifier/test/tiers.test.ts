import type { DeviceRecordName } from "@underseal/evidence";
import { describe, expect, it } from "vitest";
import { arrivalOf, createChain, policyOf, policyWith, type Record, SLOT } from "./builders.ts";
import { online, verdictOf, world } from "./lying.ts";
import { bytesOfWeek, writeHonestWeek, writeOnlineWeek } from "./weeks.ts";

// A minute before the end of a slot and a minute after: two segments, of which the second stops the run.
const START_AT = SLOT * 600 + 540;
const SLOT_END = SLOT * 600 + 600;
const STOP_AT = SLOT_END + 60;

const write = (log?: string) =>
  writeOnlineWeek({ startAt: START_AT, seconds: 120, discloses: false, terms: log === undefined ? {} : { log } });

/** Unix seconds at which somebody saw the first record of a kind; all others two seconds after they were made. */
type Seen = { readonly [Kind in DeviceRecordName]?: number };

const week = write();
const { records } = week.chain;
const firstOf = (kind: DeviceRecordName): Record | undefined => records.find(({ name }) => name === kind);
const captureAt = (firstOf("capture")?.body.at ?? 0) - 1;

const seenAt = (seen: Seen, index: number, all: readonly Record[]): number => {
  const record = all[index];
  if (record === undefined) return START_AT;
  const isFirst = all.findIndex(({ name }) => name === record.name) === index;
  return (isFirst ? seen[record.name] : undefined) ?? record.body.at + 2;
};

/** What the platform says of the arrivals. */
const byPlatform = (seen: Seen) =>
  verdictOf(
    bytesOfWeek(week, {
      arrivalOf: (record) => arrivalOf(world, record, { at: seenAt(seen, records.indexOf(record), records) }),
    }),
  ).tiers;

/** What witnesses say: each record has a checkpoint of its own, the entry before them all is the terms. */
const byWitnesses = (log: string, ...witnesses: readonly (Seen | null)[]) => {
  const watched = write(log);
  const all = watched.chain.records;
  const published = [1, ...all.map((_, i) => i + 2)];
  const cosign = (size: number) =>
    watched.world.witnesses.flatMap((witness, i) => {
      const seen = witnesses[i];
      return seen === null || seen === undefined ? [] : [{ witness, time: seenAt(seen, size - 2, all) }];
    });
  return verdictOf(bytesOfWeek(watched, { log: { published, cosign } })).tiers;
};

describe("tiers by the platform's word", () => {
  it("are A where all was seen at once", () => {
    expect(firstOf("capture")).toBeDefined();
    expect(byPlatform({})).toEqual({ a: 2, b: 0, c: 0, boundedBy: "platform" });
  });

  it.each([
    [59, 2],
    [60, 2],
    [61, 1],
  ])("a capture seen %i seconds after its round leaves %i segments of tier A", (seconds, a) => {
    expect(byPlatform({ capture: captureAt + seconds })).toMatchObject({ a, b: 2 - a });
  });

  it.each([
    [299, { a: 2, b: 0, c: 0 }],
    [300, { a: 2, b: 0, c: 0 }],
    [301, { a: 1, b: 1, c: 0 }],
    [43_199, { a: 1, b: 1, c: 0 }],
    [43_200, { a: 1, b: 1, c: 0 }],
    [43_201, { a: 1, b: 0, c: 1 }],
  ])("a segment seen %i seconds after its slot: %j", (seconds, tiers) => {
    expect(byPlatform({ segment: SLOT_END + seconds })).toMatchObject(tiers);
  });

  // Draws are public once they have happened: who could say later when the run began would begin it after them.
  it.each([
    [START_AT + 60, { a: 2, b: 0 }],
    [START_AT + 61, { a: 1, b: 1 }],
    [SLOT_END + 60, { a: 1, b: 1 }],
    [SLOT_END + 61, { a: 0, b: 2 }],
  ])("a start seen at %i: %j", (start, tiers) => {
    expect(byPlatform({ start })).toMatchObject(tiers);
  });

  it.each([
    [60, { a: 2, b: 0 }],
    [61, { a: 1, b: 1 }],
  ])("a stop seen %i seconds after its time: %j", (seconds, tiers) => {
    const at = (record: Record) => record.body.at + (record.body.at === STOP_AT ? seconds : 2);
    // The rounds until then are not here: the draws go unchecked, and the tiers are as they are.
    const arrivals = { arrivalOf: (record: Record) => arrivalOf(world, record, { at: at(record) }) };
    const bytes = bytesOfWeek({ ...week, rounds: [] }, arrivals);
    expect(verdictOf(bytes).tiers).toMatchObject(tiers);
  });

  it("are never A where a late capture of the slot is not listed", () => {
    const drawn = firstOf("capture");
    if (drawn?.name !== "capture") throw new Error("a capture");
    const chain = createChain(world, { terms: week.terms });
    chain.start("beacon", START_AT);
    const late = chain.capture(drawn.body.beacon.round);
    chain.segment(SLOT, { at: SLOT_END, minutes: 1, stop: true });
    const bytes = bytesOfWeek(
      { ...week, chain, blobs: [], rounds: [] },
      { arrivalOf: (record) => arrivalOf(world, record, { at: record.body.at + (record === late ? 120 : 2) }) },
    );
    expect(verdictOf(bytes).tiers).toMatchObject({ a: 0, b: 1 });
  });

  it("are at best B where the device drew", () => {
    expect(verdictOf(bytesOfWeek(writeHonestWeek())).tiers).toEqual({ a: 0, b: 1, c: 0, boundedBy: "platform" });
  });

  it("are none for time entered by hand", () => {
    const byHand = writeHonestWeek({ terms: { manualTime: true } });
    byHand.chain.segment(SLOT + 5, { manual: true, minutes: 7 });
    expect(verdictOf(bytesOfWeek(byHand)).tiers).toMatchObject({ a: 0, b: 1, c: 0 });
  });
});

describe("tiers by witnesses", () => {
  const separate = policyOf(week.world, "separate");
  const late = { capture: captureAt + 61 };
  const inTime = { capture: captureAt + 60 };

  it.each([
    ["both in time", [inTime, inTime, null], 2],
    ["the second too late", [inTime, late, null], 1],
    ["one early, two in time", [{ capture: captureAt - 1_000 }, inTime, inTime], 2],
    ["one early, two too late", [{ capture: captureAt - 1_000 }, late, late], 1],
    ["one late, two in time", [late, inTime, inTime], 2],
  ])("go by the second-earliest: %s", (_, witnesses, a) => {
    expect(byWitnesses(separate, ...witnesses)).toMatchObject({ a, b: 2 - a, boundedBy: "witnesses" });
  });

  it("are not A where witnesses saw a capture long before its round was published", () => {
    const before = (seconds: number) => ({ capture: captureAt - seconds });
    expect(byWitnesses(separate, before(60), before(60))).toMatchObject({ a: 2 });
    expect(byWitnesses(separate, before(61), before(61))).toMatchObject({ a: 1 });
  });

  it("rest on one witness where the quorum is one", () => {
    const single = policyWith(week.world, "quorum w1");
    expect(byWitnesses(single, inTime)).toMatchObject({ a: 2, boundedBy: "witness" });
    expect(byWitnesses(single, late)).toMatchObject({ a: 1, boundedBy: "witness" });
  });

  it("do not heed a witness that the quorum does not ask for", () => {
    const two = policyWith(week.world, "group q 2 w1 w2", "quorum q");
    expect(byWitnesses(two, late, inTime, { capture: captureAt })).toMatchObject({ a: 1, boundedBy: "witnesses" });
  });

  it("take the witnesses of one operator for one, where there is another", () => {
    const mixed = policyWith(week.world, "group pair 1 w2 w3", "group q 2 w1 pair", "quorum q");
    expect(byWitnesses(mixed, late, inTime, inTime)).toMatchObject({ a: 1, boundedBy: "witnesses" });
    expect(byWitnesses(mixed, inTime, late, inTime)).toMatchObject({ a: 2 });
    const one = policyOf(week.world, "one");
    expect(byWitnesses(one, late, inTime, inTime)).toMatchObject({ a: 2, boundedBy: "witnesses" });
  });

  it("are the platform's word where the terms name no witness, whatever it says", () => {
    expect(verdictOf(bytesOfWeek(online)).tiers.boundedBy).toBe("platform");
  });
});

describe("what a verdict says of witnesses", () => {
  const watched = (operators?: "separate" | "one") => {
    const honest = writeOnlineWeek({ terms: { log: policyOf(world, operators) } });
    const cosign = () => honest.world.witnesses.slice(1).map((witness) => ({ witness, time: STOP_AT }));
    return verdictOf(bytesOfWeek(honest, operators === undefined ? {} : { log: { cosign } }));
  };

  it("says that nobody watched", () => {
    const { log, notProven } = watched();
    expect(log).toMatchObject({ witnesses: [], operators: [] });
    expect(notProven).toContain("No witness signed the log: the platform could show somebody else another history.");
    expect(notProven).toContain("The arrival times are the platform's word.");
  });

  it("says that all witnesses are one operator's", () => {
    const { log, proven, notProven } = watched("one");
    expect(log).toMatchObject({ witnesses: ["w1", "w2", "w3"], operators: ["q"] });
    expect(proven.join()).toContain("of 3 by 1 operator as the terms group them, cosigned");
    expect(notProven.join()).toContain("All witnesses belong to one operator");
  });

  it("does not say it of separate ones", () => {
    const { log, proven, notProven } = watched("separate");
    expect(log.operators).toEqual(["w1", "w2", "w3"]);
    expect(proven.join()).toContain("of 3 by 3 operators as the terms group them, cosigned");
    expect(notProven.join()).not.toMatch(/one operator|No witness|platform's word/);
  });
});
