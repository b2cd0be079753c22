// What people sign about records, over HTTP: acknowledgements, and the week under one root.
import {
  isSignedBy,
  logEntryOf,
  readStatement,
  type Statement,
  type StatementBody,
  signStatement,
  weekRootOf,
} from "@underseal/evidence";
import {
  assert,
  base64UrlToBytes,
  bytesToBase64Url,
  type ContractId,
  HOUR_MS,
  MINUTE_MS,
  reveal,
  SECOND_MS,
  slotOf,
  WEEK_MS,
} from "@underseal/foundation";
import { verifyTlogProof } from "@underseal/tlog";
import type { FastifyInstance } from "fastify";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ask, createTestHttp } from "../devices/support.ts";
import { keyOf } from "../log/support.ts";
import { discloseWithFiles } from "./files.ts";
import { createTracker, FIRST, signRecord, type Tracker } from "./tracker.ts";
import {
  codeOf,
  createWorld,
  MONDAY_MS,
  NINE_MS,
  randomHash,
  send,
  type TestContract,
  type TestPerson,
  toSeconds,
  WEEK,
  type World,
} from "./world.ts";

const END_MS = MONDAY_MS + WEEK_MS;
const LOCK_MS = END_MS + 12 * HOUR_MS;
const SLOT = slotOf(NINE_MS);

let world: World;
let http: FastifyInstance;
let contract: TestContract;
let tracker: Tracker;
let capture: Statement<"capture">;
let disclosure: Statement<"disclosure">;

let client: TestPerson;

beforeAll(async () => {
  world = await createWorld();
  client = await world.addPerson("client");
});
afterAll(() => world.stop());
beforeEach(async () => {
  await http?.close();
  http = await createTestHttp([world.feature], async () => ({ ok: false, error: "DEVICE_SIGNATURE_INVALID" }));
  world.clock.set(NINE_MS - HOUR_MS);
  contract = await world.addContract({ client });
  tracker = createTracker(world, contract, await world.addDevice(contract.freelancer));
  world.clock.set(NINE_MS);
  expect(codeOf(await tracker.start({}, () => tracker.drawn(SLOT).length > 0))).toBe("ok");
  const captures = await tracker.trackSlot(SLOT, { stop: true });
  assert(captures[0] !== undefined, "the slot has a draw");
  capture = captures[0];
  disclosure = await disclose();
});

const disclose = async (changes: Partial<StatementBody<"disclosure">> = {}) => {
  const { code, statement } = await discloseWithFiles(world, tracker, capture, changes);
  expect(code).toBe("ok");
  return statement;
};

const at = (path: string) => `/v1/contracts/${contract.contractId}/${path}`;
const secretOf = ({ keys }: TestPerson) => reveal(keys.signing.secretKey);

describe("an acknowledgement", () => {
  const signed = (changes: Partial<StatementBody<"acknowledgement">> = {}, by = contract.client) =>
    signStatement(
      "acknowledgement",
      {
        contract: contract.contractId,
        disclosure: bytesToBase64Url(disclosure.hash),
        verdict: "ok",
        at: toSeconds(world.clock.now()),
        nonce: randomHash(),
        ...changes,
      },
      [secretOf(by)],
    ).envelope;
  const acknowledge = (acknowledgement: unknown, by = contract.client) =>
    ask(http, { url: at("acknowledgements"), by, body: { acknowledgement } });
  const list = (by = contract.client, week = WEEK) => ask(http, { url: at(`weeks/${week}/acknowledgements`), by });

  test("of the client is kept for both parties, and the same finding again does nothing", async () => {
    const acknowledgement = signed();
    expect(await acknowledge(acknowledgement)).toEqual({ acknowledgement });
    expect(await acknowledge(signed())).toEqual({ acknowledgement });
    const kept = [{ disclosure: bytesToBase64Url(disclosure.hash), verdict: "ok", acknowledgement }];
    expect(await list()).toEqual({ acknowledgements: kept });
    expect(await list(contract.freelancer)).toEqual({ acknowledgements: kept });
    expect(await list(contract.client, "2026-11-16")).toEqual({ acknowledgements: [] });
  });

  test("that finds something else later is kept beside the first, up to a limit", async () => {
    const verdicts = ["ok", "ROOT", "ok", "MAP", "ok", "CAP", "ok", "MISSING"] as const;
    for (const verdict of verdicts) expect(await acknowledge(signed({ verdict }))).toHaveProperty("acknowledgement");
    expect(await acknowledge(signed({ verdict: "ok" }))).toEqual({ code: "ACKNOWLEDGEMENTS_EXHAUSTED" });
    const { acknowledgements } = await list();
    expect(acknowledgements.map(({ verdict }: { verdict: string }) => verdict)).toEqual(verdicts);
  });

  test("that is sent twice at once is kept once", async () => {
    const answers = await Promise.all([signed(), signed(), signed()].map((envelope) => acknowledge(envelope)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect((await list()).acknowledgements).toHaveLength(1);
  });

  test.each<[string, () => Promise<unknown>, object]>([
    [
      "by the freelancer",
      () => acknowledge(signed({}, contract.freelancer), contract.freelancer),
      { code: "NOT_ALLOWED" },
    ],
    ["signed by the freelancer", () => acknowledge(signed({}, contract.freelancer)), { code: "SIGNATURE_INVALID" }],
    [
      "of a capture",
      () => acknowledge(signed({ disclosure: bytesToBase64Url(capture.hash) })),
      { code: "RECORD_UNKNOWN" },
    ],
    ["of nothing", () => acknowledge(signed({ disclosure: randomHash() })), { code: "RECORD_UNKNOWN" }],
    ["for another contract", () => acknowledge(signed({ contract: world.newId() })), { code: "NOT_ALLOWED" }],
    [
      "from the future",
      () => acknowledge(signed({ at: toSeconds(world.clock.now()) + 301 })),
      { code: "SCHEMA_INVALID", detail: "at: in the future" },
    ],
    ["of the kind of another statement", () => acknowledge(disclosure.envelope), { code: "ENVELOPE_INVALID" }],
  ])("%s is refused", async (_, refused, expected) => {
    expect(await refused()).toMatchObject(expected);
    expect(await world.system((t) => rowsOf(t, "acknowledgement"))).toBe(0);
  });

  test("of a stranger's contract is about nothing", async () => {
    const stranger = await world.addPerson("client");
    expect(await acknowledge(signed(), stranger)).toEqual({ code: "NOT_FOUND" });
    expect(await list(stranger)).toEqual({ code: "NOT_FOUND" });
    expect(await list(contract.client, "2026-11-24")).toMatchObject({ code: "NOT_FOUND" });
  });
});

const rowsOf = async (transaction: Parameters<Parameters<World["system"]>[0]>[0], table: string): Promise<number> => {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from ${sql.table(table)} where contract_id = ${contract.contractId}`.execute(
    transaction,
  );
  return rows[0]?.count ?? -1;
};

interface WeekRecords {
  readonly records: readonly {
    readonly slot: number;
    readonly device: string;
    readonly seq: number;
    readonly hash: string;
  }[];
  readonly root: string;
  readonly at: number;
}

const readRecords = (by = contract.freelancer): Promise<WeekRecords> =>
  ask(http, { url: at(`weeks/${WEEK}/records`), by });

const signedWeek = async (changes: Partial<StatementBody<"week">> = {}, by = contract.freelancer) => {
  const { records, root, at: signedAt } = await readRecords();
  return signStatement(
    "week",
    {
      contract: contract.contractId,
      week: toSeconds(MONDAY_MS),
      records: records.length,
      root,
      at: signedAt,
      nonce: randomHash(),
      ...changes,
    },
    [secretOf(by)],
  );
};

const putWeek = (statement: Pick<Statement, "envelope">, by = contract.freelancer) =>
  ask(http, { method: "PUT", url: at(`weeks/${WEEK}/statement`), by, body: { statement: statement.envelope } });
const getWeek = (by = contract.client) => ask(http, { url: at(`weeks/${WEEK}/statement`), by });

describe("the records of a week", () => {
  test("are all that arrived more than a minute ago, and make the root", async () => {
    world.clock.advance(MINUTE_MS);
    const now = toSeconds(world.clock.now());
    const early = await readRecords();
    // What arrived in this very second of a minute ago may still be joined by others.
    expect(early.at).toBe(now - 60);
    expect(early.records.map(({ seq }) => seq)).not.toContain(disclosure.body.seq);
    world.clock.advance(SECOND_MS);
    const { records, root } = await readRecords(contract.client);
    expect(records.map(({ seq }) => seq)).toEqual(Array.from({ length: disclosure.body.seq + 1 }, (_, i) => i));
    expect(records.at(-1)).toEqual({
      slot: SLOT,
      device: tracker.device.deviceId,
      seq: disclosure.body.seq,
      hash: bytesToBase64Url(disclosure.hash),
    });
    const placed = records.map((record) => ({ ...record, hash: base64UrlToBytes(record.hash) ?? new Uint8Array() }));
    expect(root).toBe(bytesToBase64Url(weekRootOf(placed)));
  });

  test("are none of a stranger's business", async () => {
    const stranger = await world.addPerson("freelancer");
    expect(await readRecords(stranger)).toEqual({ code: "NOT_FOUND" });
    expect(await getWeek(stranger)).toEqual({ code: "NOT_FOUND" });
    expect(await putWeek(await signedWeek(), stranger)).toMatchObject({ code: "WEEK_NOT_OVER" });
    world.clock.set(END_MS + 2 * MINUTE_MS);
    expect(await putWeek(await signedWeek(), stranger)).toMatchObject({ code: "NOT_FOUND" });
  });
});

describe("a week statement", () => {
  beforeEach(() => world.clock.set(END_MS + 2 * MINUTE_MS));

  test("of the freelancer is logged, and both parties read it", async () => {
    const statement = await signedWeek();
    const answer = await putWeek(statement);
    expect(answer).toMatchObject({ statement: statement.envelope, signedBy: "freelancer" });
    expect(await getWeek()).toEqual(answer);
    expect(await getWeek(contract.freelancer)).toEqual(answer);
    const entry = logEntryOf(statement.hash);
    expect(verifyTlogProof({ text: answer.proof, entry, logKeys: [keyOf(world.log)] }).ok).toBe(true);
  });

  test("with the same root again does nothing", async () => {
    const first = await signedWeek();
    await putWeek(first);
    expect(await putWeek(await signedWeek())).toMatchObject({ statement: first.envelope });
    expect(await world.system((t) => rowsOf(t, "week_statement"))).toBe(1);
  });

  test("that two send at once is kept once", async () => {
    const statements = await Promise.all([signedWeek(), signedWeek(), signedWeek()]);
    const answers = await Promise.all(statements.map((statement) => putWeek(statement)));
    expect(new Set(answers.map(({ statement }) => JSON.stringify(statement))).size).toBe(1);
    expect(await world.system((t) => rowsOf(t, "week_statement"))).toBe(1);
  });

  test("takes the place of an older one when more has arrived", async () => {
    await putWeek(await signedWeek());
    await disclose({ ver: 1, redacted: 1_000 });
    world.clock.advance(2 * MINUTE_MS);
    const second = await signedWeek();
    expect(second.body.records).toBe(disclosure.body.seq + 2);
    expect(await putWeek(second)).toMatchObject({ statement: second.envelope });
    expect(await getWeek()).toMatchObject({ statement: second.envelope, signedBy: "freelancer" });
  });

  test("with a wrong root or number is refused with the right ones", async () => {
    const { records, root, at: signedAt } = await readRecords();
    const detail = `${records.length} records arrived before ${signedAt}; their root is ${root}`;
    const refused = { code: "WEEK_ROOT_MISMATCH", detail };
    expect(await putWeek(await signedWeek({ root: randomHash() }))).toEqual(refused);
    expect(await putWeek(await signedWeek({ records: records.length - 1 }))).toEqual(refused);
    expect(await getWeek()).toEqual({ code: "NOT_FOUND" });
  });

  test.each<[string, () => Promise<unknown>, string]>([
    ["signed by the client", async () => putWeek(await signedWeek({}, contract.client)), "SIGNATURE_INVALID"],
    ["sent by the client", async () => putWeek(await signedWeek(), contract.client), "NOT_ALLOWED"],
    ["of another week", async () => putWeek(await signedWeek({ week: toSeconds(END_MS) })), "NOT_ALLOWED"],
    [
      "of another contract",
      async () => putWeek(await signedWeek({ contract: world.newId<ContractId>() })),
      "NOT_ALLOWED",
    ],
    [
      "dated before the week's end",
      async () => putWeek(await signedWeek({ at: toSeconds(END_MS) - 1 })),
      "WEEK_NOT_OVER",
    ],
    [
      "dated less than a minute ago",
      async () => putWeek(await signedWeek({ at: toSeconds(world.clock.now() - MINUTE_MS) + 1 })),
      "SCHEMA_INVALID",
    ],
    ["that is another statement", async () => putWeek(disclosure), "ENVELOPE_INVALID"],
  ])("%s is refused", async (_, refused, code) => {
    expect(await refused()).toMatchObject({ code });
    expect(await getWeek()).toEqual({ code: "NOT_FOUND" });
  });

  test("comes too late at the lock, and not a millisecond before", async () => {
    world.clock.set(LOCK_MS);
    expect(await putWeek(await signedWeek({ at: toSeconds(LOCK_MS) - 61 }))).toEqual({ code: "WEEK_STATEMENT_LATE" });
    world.clock.set(LOCK_MS - 1);
    expect(await putWeek(await signedWeek())).toMatchObject({ signedBy: "freelancer" });
  });
});

describe("after the lock", () => {
  const settle = async (nowMs: number) => {
    world.clock.set(nowMs);
    await world.feature.tick?.(nowMs);
  };

  test("the platform signs for the week within a minute, where the freelancer has not", async () => {
    await settle(LOCK_MS + MINUTE_MS - 1);
    expect(await getWeek()).toEqual({ code: "NOT_FOUND" });
    await settle(LOCK_MS + MINUTE_MS);
    const answer = await getWeek();
    expect(answer.signedBy).toBe("platform");
    const statement = readStatement(answer.statement, "week");
    assert(statement.ok, "it is a week statement");
    const { records, root } = await readRecords();
    const { nonce: _, ...body } = statement.value.body;
    expect(body).toEqual({
      contract: contract.contractId,
      week: toSeconds(MONDAY_MS),
      records: records.length,
      root,
      at: toSeconds(LOCK_MS),
    });
    expect(isSignedBy(statement.value, [world.platform.publicKey])).toBe(true);
    const entry = logEntryOf(statement.value.hash);
    expect(verifyTlogProof({ text: answer.proof, entry, logKeys: [keyOf(world.log)] }).ok).toBe(true);
    await settle(LOCK_MS + HOUR_MS);
    expect(await getWeek()).toEqual(answer);
    expect(await putWeek(await signedWeek())).toEqual({ code: "WEEK_STATEMENT_LATE" });
  });

  test("the freelancer's own statement stands where it covers all that arrived by the lock", async () => {
    world.clock.set(END_MS + 2 * MINUTE_MS);
    const statement = await signedWeek();
    await putWeek(statement);
    await settle(LOCK_MS + HOUR_MS);
    expect(await getWeek()).toMatchObject({ statement: statement.envelope, signedBy: "freelancer" });
  });

  test("the platform signs where more arrived after the freelancer's, but before the lock", async () => {
    world.clock.set(END_MS + 2 * MINUTE_MS);
    await putWeek(await signedWeek());
    world.clock.set(LOCK_MS - SECOND_MS);
    await disclose({ ver: 1, redacted: 1_000 });
    await settle(LOCK_MS + HOUR_MS);
    const answer = await getWeek();
    expect(answer.signedBy).toBe("platform");
    const statement = readStatement(answer.statement, "week");
    expect(statement.ok && statement.value.body.records).toBe(disclosure.body.seq + 2);
  });

  test("what arrives later is not in it", async () => {
    await settle(LOCK_MS);
    const slot = slotOf(NINE_MS) + 6;
    expect(codeOf(await tracker.start({ at: slot * 600, beacon: { round: slot * 200 } }))).toBe("ok");
    expect(codeOf(await tracker.segment(slot, { at: (slot + 1) * 600, stop: true }))).toBe("ok");
    await settle(LOCK_MS + HOUR_MS);
    const statement = readStatement((await getWeek()).statement, "week");
    expect(statement.ok && statement.value.body.records).toBe(disclosure.body.seq + 1);
    expect((await readRecords()).records).toHaveLength(disclosure.body.seq + 1);
  });

  test("two ticks at once sign once", async () => {
    world.clock.set(LOCK_MS + HOUR_MS);
    await Promise.all([1, 2, 3].map(() => world.feature.tick?.(LOCK_MS + HOUR_MS)));
    expect(await world.system((t) => rowsOf(t, "week_statement"))).toBe(1);
  });
});

describe("second bodies", () => {
  const conflicts = (by = contract.client) => ask(http, { url: at("conflicts"), by });

  test("are shown to the parties with the record whose number they have", async () => {
    expect(await conflicts()).toEqual({ conflicts: [] });
    const { device } = tracker;
    world.clock.advance(5 * SECOND_MS);
    const second = signRecord(
      "start",
      { contract, device, link: FIRST },
      {
        at: toSeconds(NINE_MS),
        beacon: { round: 1 },
        drawC: randomHash(),
      },
    );
    expect(codeOf(await send(world, second))).toBe("SEQUENCE_TAKEN");
    const found = await conflicts(contract.freelancer);
    expect(found).toEqual(await conflicts());
    expect(found.conflicts).toMatchObject([
      {
        device: device.deviceId,
        seq: 0,
        refused: second.envelope,
        refusedAtMs: world.clock.now(),
        admittedAtMs: NINE_MS,
      },
    ]);
    const admitted = readStatement(found.conflicts[0].admitted, "start");
    expect(admitted.ok && admitted.value.body).toMatchObject({ device: device.deviceId, seq: 0 });
    const stranger = await world.addPerson("client");
    expect(await conflicts(stranger)).toEqual({ code: "NOT_FOUND" });
  });
});

test.each([
  "update acknowledgement set verdict = 'ok'",
  "delete from acknowledgement",
  "update week_statement set records = 0",
  "delete from week_statement",
])("nobody may: %s", async (statement) => {
  await expect(world.system((t) => sql.raw(statement).execute(t))).rejects.toThrow("permission denied");
});
