// The whole path over HTTP: a run with real captures, sealed and stored, read back as diary and segment.
import type { DiarySegment } from "@underseal/api";
import { readAnyStatement, type Statement, sha256 } from "@underseal/evidence";
import { openVisible } from "@underseal/evidence/open";
import { bytesToBase64Url, DAY_MS, SECOND_MS, slotEndMs, slotOf, slotStartMs, WEEK_MS } from "@underseal/foundation";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestHttp } from "../devices/support.ts";
import { activityC, sealScreen, takeScreen } from "./sealed-capture.ts";
import { createTracker, type Tracker } from "./tracker.ts";
import {
  BEACON_CHAIN,
  codeOf,
  createWorld,
  drawOf,
  MONDAY_MS,
  ROUND_SECONDS,
  type TestContract,
  WEEK,
  type World,
} from "./world.ts";

let world: World;
let http: FastifyInstance;
let contract: TestContract;
let tracker: Tracker;

// The run begins on Sunday night and ends on Monday, so that it belongs to two weeks.
const SUNDAY_SLOT = slotOf(MONDAY_MS) - 1;
const MONDAY_SLOT = slotOf(MONDAY_MS);
const WEEK_BEFORE = "2026-11-16";

const captures: Statement<"capture">[] = [];

beforeAll(async () => {
  world = await createWorld();
  world.clock.set(MONDAY_MS - DAY_MS);
  http = await createTestHttp([world.feature], async (request) =>
    request.headers["x-test-device"] === undefined
      ? { ok: false, error: "DEVICE_SIGNATURE_INVALID" }
      : {
          ok: true,
          value: { kind: "device", deviceId: tracker.device.deviceId, personId: contract.freelancer.personId },
        },
  );
  contract = await world.addContract({ terms: { draw: drawOf(BEACON_CHAIN, 150) } });
  tracker = createTracker(world, contract, await world.addDevice(contract.freelancer));
  world.clock.set(slotStartMs(SUNDAY_SLOT) + 120_000);
  const hasFewInEach = () =>
    [SUNDAY_SLOT, MONDAY_SLOT, MONDAY_SLOT + 1].every((slot) => {
      const drawn = tracker.drawn(slot).filter((round) => round * ROUND_SECONDS * SECOND_MS >= world.clock.now());
      return drawn.length >= 1 && drawn.length <= 2;
    });
  expect(codeOf(await tracker.start({}, hasFewInEach))).toBe("ok");
  await track(SUNDAY_SLOT, { minutes: 8 });
  await track(MONDAY_SLOT);
  await track(MONDAY_SLOT + 1, { stop: true });
}, 120_000);
afterAll(async () => {
  await http.close();
  await world.stop();
});

/** One slot; the first drawn capture of Monday's second slot is left out. */
const track = async (slot: number, changes: Parameters<Tracker["segment"]>[1] = {}) => {
  const rounds = tracker.drawn(slot).filter((round) => round * ROUND_SECONDS * SECOND_MS >= world.clock.now());
  const taken: { statement: Statement<"capture">; screen: ReturnType<typeof takeScreen> }[] = [];
  for (const round of rounds.slice(slot === MONDAY_SLOT + 1 ? 1 : 0)) {
    world.clock.set(round * ROUND_SECONDS * SECOND_MS);
    const screen = takeScreen();
    taken.push({ statement: await tracker.capture(round, { root: bytesToBase64Url(screen.tree.root) }), screen });
  }
  world.clock.set(slotEndMs(slot));
  const named = taken.map(({ statement }) => bytesToBase64Url(statement.hash));
  expect(codeOf(await tracker.segment(slot, { captures: named, activity: 9, activityC, ...changes }))).toBe("ok");
  for (const { statement, screen } of taken) await disclose(statement, screen);
  captures.push(...taken.map(({ statement }) => statement));
};

const disclose = async (capture: Statement<"capture">, screen: ReturnType<typeof takeScreen>) => {
  const { visible, hidden, ...fields } = await sealScreen(screen, capture.hash, contract);
  const nameOf = (bytes: Uint8Array) => ({ digest: bytesToBase64Url(sha256(bytes)), bytes: bytes.length });
  const named = { visible: nameOf(visible), hidden: nameOf(hidden) };
  expect(codeOf(await tracker.disclose(capture, { ...fields, ...named }))).toBe("ok");
  for (const [bytes, { digest }] of [
    [visible, named.visible],
    [hidden, named.hidden],
  ] as const) {
    const answer = await http.inject({
      method: "PUT",
      url: `/v1/blobs/${digest}`,
      headers: { "x-test-device": "1", "signature-input": "x", "content-type": "application/octet-stream" },
      payload: Buffer.from(bytes),
    });
    expect(answer.statusCode).toBe(201);
  }
};

const get = (url: string, person = contract.client) =>
  http.inject({ method: "GET", url, headers: { "x-test-person": `${person.personId} ${person.kind}` } });

const base = () => `/v1/contracts/${contract.contractId}`;

describe("the diary", () => {
  test("has each week's own segments with what is known of their captures", async () => {
    const before = (await get(`${base()}/diary?week=${WEEK_BEFORE}`)).json();
    expect(before.segments.map((each: DiarySegment) => [each.slot, each.minutes])).toEqual([[SUNDAY_SLOT, 8]]);
    const diary = (await get(`${base()}/diary?week=${WEEK}`)).json();
    expect(diary.segments.map(({ slot }: DiarySegment) => slot)).toEqual([MONDAY_SLOT, MONDAY_SLOT + 1]);
    const [monday] = diary.segments;
    expect(monday.captures).toHaveLength(tracker.drawn(MONDAY_SLOT).length);
    for (const { disclosure } of monday.captures)
      expect(disclosure).toMatchObject({ redactedPermille: 300, isStored: true });
    expect(monday.coverage).toMatchObject({ covered: "deposit", colour: "green", version: "protection/1" });
    expect(monday.coverage.reasons).toEqual([{ code: "DEPOSIT_HOLDS", sentence: expect.any(String) }]);
  });

  test.each(["2026-11-24", "2026-02-30", "9999-99-99"])("knows no week that begins on %s", async (week) => {
    expect((await get(`${base()}/diary?week=${week}`)).json().code).toBe("NOT_FOUND");
  });

  test("is there for the parties alone", async () => {
    const stranger = await world.addPerson("client");
    for (const path of [`diary?week=${WEEK}`, `segments/${MONDAY_SLOT}`, `weeks/${WEEK}/bundle`]) {
      const answer = await get(`${base()}/${path}`, stranger);
      expect([path, answer.json().code]).toEqual([path, "NOT_FOUND"]);
    }
  });
});

test("a segment comes with everything that the client needs to open and check its pictures", async () => {
  const answer = (await get(`${base()}/segments/${MONDAY_SLOT}`)).json();
  const statements: Statement[] = answer.records.map(({ envelope }: { envelope: unknown }) => {
    const statement = readAnyStatement(envelope);
    if (!statement.ok) throw new Error(statement.error.detail);
    return statement.value;
  });
  const named = <Name extends Statement["name"]>(name: Name) =>
    // The name decides which body a statement has.
    statements.filter((statement) => statement.name === name) as unknown as Statement<Name>[];
  expect(named("start")).toHaveLength(1);
  expect(answer.records.every(({ proof }: { proof: unknown }) => typeof proof === "string")).toBe(true);
  expect([answer.devices.length, answer.accounts.length]).toEqual([1, 2]);
  const [segment] = named("segment");
  for (const capture of named("capture")) {
    const disclosure = named("disclosure").find(({ body }) => body.capture === bytesToBase64Url(capture.hash));
    if (segment === undefined || disclosure?.body.visible === undefined) throw new Error("the records are complete");
    const blob = await get(`/v1/blobs/${disclosure.body.visible.digest}`);
    const opened = await openVisible(new Uint8Array(blob.rawPayload), contract.client.keys.sealing.identity, {
      captureHash: capture.hash,
      capture: capture.body,
      disclosure: disclosure.body,
      segment: segment.body,
      treeSize: 1024,
    });
    if (!opened.ok) throw new Error(opened.error.detail);
    expect(opened.value.counts).toEqual({ visible: 3, redacted: 1, masked: 0 });
  }
});

test("a slot without a segment is not there", async () => {
  for (const slot of [MONDAY_SLOT + 2, 0, 2 ** 31, Number.MAX_SAFE_INTEGER]) {
    expect((await get(`${base()}/segments/${slot}`)).json().code).toBe("NOT_FOUND");
  }
});

test("after the lock a drawn round without a capture counts as hidden, and is told where the guarantee decides", async () => {
  const unfunded = await world.addContract({ fundedMinor: 0n, freelancer: contract.freelancer });
  const run = createTracker(world, unfunded, await world.addDevice(contract.freelancer));
  const slot = slotOf(MONDAY_MS + 10 * 3_600_000);
  world.clock.set(slotStartMs(slot));
  expect(codeOf(await run.start())).toBe("ok");
  world.clock.set(slotEndMs(slot));
  expect(codeOf(await run.segment(slot, { stop: true }))).toBe("ok");
  world.clock.set(MONDAY_MS + 2 * WEEK_MS);
  const url = `/v1/contracts/${unfunded.contractId}/diary?week=${WEEK}`;
  const [segment] = (await get(url, unfunded.client)).json().segments;
  expect(segment.coverage).toMatchObject({ covered: "none", colour: "red" });
  const codes = segment.coverage.reasons.map(({ code }: { code: string }) => code);
  expect(codes).toContain("DEPOSIT_ABSENT");
  expect(codes).toContain("DRAWN_BY_DEVICE");
});

test("a device asks where its chain stands", async () => {
  const answer = await http.inject({
    method: "GET",
    url: `${base()}/head`,
    headers: { "x-test-device": "1", "signature-input": "x" },
  });
  const { seq, prev } = tracker.link();
  expect(answer.json()).toEqual({ head: { seq: seq - 1, hash: bytesToBase64Url(prev) } });
});
