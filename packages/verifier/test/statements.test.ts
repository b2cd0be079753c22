import type { Statement, StatementBody } from "@underseal/evidence";
import { bytesToBase64Url } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { arrivalOf, type Chain, createChain, deviceOf, type Finish, SLOT, termsOf, WEEK } from "./builders.ts";
import {
  codeOf,
  encode,
  first,
  honest,
  LATER_DEVICE,
  OTHER_ID,
  seed,
  terms,
  verdictOf,
  withChain,
  withFinish,
  world,
} from "./lying.ts";
import { acknowledgementOf, revocationOf, WEEK_END, weekStatementOf } from "./people.ts";
import { bytesOfWeek, writeHonestWeek } from "./weeks.ts";

const { records } = honest.chain;
const disclosure = first(records.filter(({ name }) => name === "disclosure"));

describe("conflicts", () => {
  /** Another start with the number of the first one: what a restored backup writes. */
  const restored = (overrides: Partial<StatementBody<"start">> = {}) =>
    createChain(world, { terms }).start(seed, SLOT * 600 + 1, overrides);

  it("are counted by their numbers, and told, and never a failure", () => {
    const verdict = verdictOf(withFinish({ conflicts: [restored(), restored()] }));
    expect(verdict.conflicts).toBe(1);
    expect(verdict.notProven.join()).toContain("For 1 numbers a device signed two different records");
    expect(verdictOf(withFinish({})).conflicts).toBe(0);
  });

  it.each([
    ["there twice", () => [restored()].flatMap((conflict) => [conflict, conflict])],
    ["of another contract", () => [restored({ contract: OTHER_ID })]],
    ["of another device", () => [restored({ device: LATER_DEVICE })]],
    ["for a number that no record has", () => [restored({ seq: 99 })]],
    ["that is the record itself", () => [first(records)]],
  ])("one %s is misplaced", (_, conflicts) => {
    expect(codeOf(withFinish({ conflicts: conflicts() }))).toBe("CONFLICT_MISPLACED");
  });

  it("are device records, not other statements", () => {
    expect(codeOf(withFinish({ conflicts: [terms] }))).toBe("STATEMENT_MALFORMED");
  });
});

describe("acknowledgements", () => {
  it("are counted by disclosure, and complaints told", () => {
    const ok = () => acknowledgementOf(world, disclosure);
    const complaint = acknowledgementOf(world, disclosure, { verdict: "ROOT" });
    const verdict = verdictOf(withFinish({ acknowledgements: [ok(), ok(), complaint] }));
    expect(verdict.acknowledged).toEqual({
      accepted: 1,
      complaints: [{ disclosure: bytesToBase64Url(disclosure.hash), verdict: "ROOT" }],
    });
    expect(verdict.proven.join()).toContain("opened 1 disclosures");
    expect(verdict.notProven.join()).toContain("complained about 1 disclosures");
  });

  it.each([
    ["there twice", () => [acknowledgementOf(world, disclosure)].flatMap((each) => [each, each])],
    ["of another contract", () => [acknowledgementOf(world, disclosure, { contract: OTHER_ID })]],
    ["of a record that is no disclosure", () => [acknowledgementOf(world, first(records))]],
  ])("one %s is misplaced", (_, acknowledgements) => {
    expect(codeOf(withFinish({ acknowledgements: acknowledgements() }))).toBe("ACKNOWLEDGEMENT_MISPLACED");
  });
});

describe("revocations", () => {
  const last = Math.max(...records.map(({ body }) => body.at + 2));

  it.each([
    [last - 300, "ok"],
    [last - 301, "RECORD_AFTER_REVOCATION"],
  ])("at %i: the clocks of owner and platform may differ by five minutes: %s", (at, code) => {
    expect(codeOf(withFinish({ revocations: [revocationOf(world, { at })] }))).toBe(code);
  });

  it("are told", () => {
    const verdict = verdictOf(withFinish({ revocations: [revocationOf(world)] }));
    expect(verdict.revokedDevices).toBe(1);
    expect(verdict.notProven.join()).toContain("1 devices were revoked later");
  });

  it("touch no other device", () => {
    const other = createChain(world, { terms, device: LATER_DEVICE });
    other.start(seed, (SLOT + 2) * 600);
    const devices = [deviceOf(world), deviceOf(world, { device: LATER_DEVICE })];
    const revocations = [revocationOf(world, { at: (SLOT + 1) * 600 + 600 })];
    expect(codeOf(withFinish({ devices, revocations, records: [...records, ...other.records] }))).toBe("ok");
  });

  it.each([
    ["there twice", () => [revocationOf(world), revocationOf(world)]],
    ["of a stranger's key that says it is the freelancer's next", () => [revocationOf(world, { generation: 1 })]],
    ["in the client's name", () => [revocationOf(world, { person: terms.body.client.person }, world.client)]],
  ])("one %s is misplaced", (_, revocations) => {
    expect(codeOf(withFinish({ revocations: revocations() }))).toBe("REVOCATION_MISPLACED");
  });

  it("are in the log", () => {
    const revocations = [revocationOf(world)];
    const dropProof = (bundle: {
      readonly revocations: readonly object[];
      readonly records: readonly { proof: string }[];
    }) => ({
      ...bundle,
      revocations: bundle.revocations.map((each) => ({ ...each, proof: bundle.records[0]?.proof })),
    });
    expect(codeOf(encode(dropProof, { revocations }))).toBe("LOG_PROOF_INVALID");
  });
});

describe("the week statement", () => {
  const signedFor = (over: typeof records, overrides: Partial<StatementBody<"week">> = {}, finish: Finish = {}) =>
    withFinish({ weekStatement: weekStatementOf(world, over, overrides), ...finish });

  it("covers all records, and says who signed", () => {
    const verdict = verdictOf(signedFor(records));
    expect(verdict.weekSigner).toBe("freelancer");
    expect(verdict.proven.join()).toContain("The freelancer signed for all records of the week");
    expect(verdict.notProven.join()).not.toContain("could have been left out");
    const byPlatform = weekStatementOf(world, records, {}, world.platform);
    expect(verdictOf(withFinish({ weekStatement: byPlatform })).weekSigner).toBe("platform");
    expect(verdictOf(withFinish({})).notProven.join()).toContain("could have been left out");
  });

  it("covers the records of two devices, by slot and then by device", () => {
    const other = createChain(world, { terms, device: LATER_DEVICE });
    other.start(seed, SLOT * 600 + 1);
    const devices = [deviceOf(world), deviceOf(world, { device: LATER_DEVICE })];
    const all = [...records, ...other.records];
    expect(codeOf(signedFor(all, {}, { devices, records: all }))).toBe("ok");
    expect(codeOf(signedFor(records, {}, { devices, records: all }))).toBe("WEEK_STATEMENT_MISMATCH");
  });

  it.each([
    [WEEK_END - 1, "WEEK_STATEMENT_MISPLACED"],
    [WEEK_END, "ok"],
  ])("is made when the week is over: at %i %s", (at, code) => {
    expect(codeOf(signedFor(records, { at }))).toBe(code);
  });

  it.each([
    ["of another contract", { contract: OTHER_ID }],
    ["of another week", { week: WEEK - 604_800 }],
  ])("%s is misplaced", (_, overrides) => {
    expect(codeOf(signedFor(records, overrides))).toBe("WEEK_STATEMENT_MISPLACED");
  });

  it.each([
    ["a record left out of the root", () => signedFor(records.slice(1))],
    ["a record put into the root", () => signedFor([...records, first(otherStart().records)])],
    ["a wrong count", () => signedFor(records, { records: records.length + 1 })],
    ["a record put into the bundle afterwards", () => signedFor(records, {}, withLateSegment(WEEK_END))],
  ])("does not cover %s", (_, bytes) => {
    expect(codeOf(bytes())).toBe("WEEK_STATEMENT_MISMATCH");
  });

  it("covers nothing that arrived when it was made or later", () => {
    const at = WEEK_END + 3_600;
    expect(codeOf(signedFor(records, { at }, withLateSegment(at)))).toBe("ok");
    expect(codeOf(signedFor(records, { at }, withLateSegment(at - 1)))).toBe("WEEK_STATEMENT_MISMATCH");
  });

  it("may cover nothing at all, where all came later", () => {
    const arrivedLate = (record: Parameters<typeof arrivalOf>[1]) => arrivalOf(world, record, { at: WEEK_END });
    const none = { ...withRecords(records), arrivalOf: arrivedLate };
    expect(codeOf(signedFor([], { at: WEEK_END }, none))).toBe("ok");
    expect(codeOf(signedFor(records, { at: WEEK_END }, none))).toBe("WEEK_STATEMENT_MISMATCH");
  });

  it("does not cover records of other weeks that stand between", () => {
    const week = writeHonestWeek();
    const own = [...week.chain.records];
    const next = SLOT + 1_008;
    week.chain.start(seed, next * 600);
    week.chain.segment(next, { stop: true });
    const [visible, hidden] = [new Uint8Array(5).fill(1), new Uint8Array(6).fill(2)];
    const again = { ver: 1, redacted: 200, at: (next + 2) * 600 } as const;
    week.chain.disclosure({ capture: first(week.captures).hash, visible, hidden }, again);
    const placed = [...own, ...week.chain.records.slice(-1)];
    const at = WEEK_END + 30_000_000;
    const finish = { blobs: [...week.blobs, visible, hidden] };
    const statement = (over: typeof own) => weekStatementOf(week.world, over, { at });
    expect(codeOf(bytesOfWeek(week, { ...finish, weekStatement: statement(placed) }))).toBe("ok");
    expect(codeOf(bytesOfWeek(week, { ...finish, weekStatement: statement(own) }))).toBe("WEEK_STATEMENT_MISMATCH");
  });
});

const withRecords = (all: typeof records): Finish => ({ records: all });

const otherStart = (): Chain => {
  const chain = createChain(world, { terms, device: LATER_DEVICE });
  chain.start(seed, SLOT * 600);
  return chain;
};

/** One more run after the others, whose records the platform had only then. */
const withLateSegment = (arrivedAt: number): Finish => {
  const chain = writeHonestWeek().chain;
  const before = chain.records.length;
  chain.start(seed, (SLOT + 9) * 600);
  const late = new Set<Statement>(chain.records.slice(before));
  return {
    records: chain.records,
    arrivalOf: (record) => arrivalOf(world, record, { at: late.has(record) ? arrivedAt : record.body.at + 2 }),
  };
};

describe("the profile of the terms", () => {
  const under = (profile: StatementBody<"terms">["profile"], write: (chain: Chain) => void, finish: Finish = {}) =>
    codeOf(withChain(write, finish, termsOf(world, { profile })));
  const files = [new Uint8Array(1), new Uint8Array(2)] as const;
  const run = (activity: number) => (chain: Chain) => {
    chain.start(seed, SLOT * 600);
    chain.segment(SLOT, { activity });
  };
  const disclosing = (overrides: object) => (chain: Chain) => {
    chain.start(seed, SLOT * 600);
    const capture = chain.capture(SLOT * 200 + 5);
    chain.segment(SLOT);
    chain.disclosure({ capture: capture.hash, visible: files[0], hidden: files[1] }, overrides);
  };
  const capturing = (chain: Chain) => {
    chain.start(seed, SLOT * 600);
    chain.capture(SLOT * 200 + 5);
    chain.segment(SLOT);
  };
  const named = disclosing({});
  const unnamed = disclosing({ visible: undefined, hidden: undefined });
  const orphan = (chain: Chain) => {
    chain.start(seed, SLOT * 600);
    chain.segment(SLOT, { activity: 0 });
    chain.disclosure({ capture: new Uint8Array(32), visible: files[0], hidden: files[1] });
  };

  it.each([
    ["readable", "a disclosure with its files", named, "ok"],
    ["readable", "a disclosure without files", unnamed, "RECORD_PROFILE_FORBIDS"],
    ["sealed", "a disclosure with its files", named, "ok"],
    ["sealed", "a disclosure without files", unnamed, "RECORD_PROFILE_FORBIDS"],
    ["local", "a disclosure without files", unnamed, "ok"],
    ["local", "a disclosure with files", named, "RECORD_PROFILE_FORBIDS"],
    ["blind", "a segment with activity", run(5), "ok"],
    ["blind", "a capture", capturing, "RECORD_PROFILE_FORBIDS"],
    ["blind", "a disclosure", orphan, "RECORD_PROFILE_FORBIDS"],
    ["waived", "a segment without activity", run(0), "ok"],
    ["waived", "a segment with activity", run(1), "RECORD_PROFILE_FORBIDS"],
    ["waived", "a capture", capturing, "RECORD_PROFILE_FORBIDS"],
    ["waived", "a disclosure", orphan, "RECORD_PROFILE_FORBIDS"],
  ] as const)("`%s`: %s", (profile, _, write, code) => {
    expect(under(profile, write, { blobs: write === named ? files : [] })).toBe(code);
  });
});
