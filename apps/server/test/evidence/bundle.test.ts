// The week's bundle over HTTP, as the offline verifier sees it.
import { Readable } from "node:stream";
import {
  encodeManifest,
  readBundle,
  type Statement,
  type StatementBody,
  sha256,
  signStatement,
} from "@underseal/evidence";
import {
  assert,
  bytesToBase64Url,
  concatBytes,
  HOUR_MS,
  MINUTE_MS,
  reveal,
  SECOND_MS,
  slotEndMs,
  slotOf,
  slotStartMs,
  WEEK_MS,
} from "@underseal/foundation";
import { tierOf } from "@underseal/protection";
import { parseTlogProof } from "@underseal/tlog";
import { verifyBundle } from "@underseal/verifier";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { putBlob } from "../../src/evidence/blobs.ts";
import { exportWeek } from "../../src/evidence/bundle.ts";
import { judgeSlots } from "../../src/evidence/diary.ts";
import { ask, createTestHttp } from "../devices/support.ts";
import { createTracker, signRecord, type Tracker } from "./tracker.ts";
import {
  BEACON_CHAIN,
  codeOf,
  createWorld,
  drawOf,
  MONDAY_MS,
  NINE_MS,
  random,
  randomHash,
  send,
  type TestContract,
  toSeconds,
  WEEK,
  type World,
} from "./world.ts";

const END_MS = MONDAY_MS + WEEK_MS;
const WEEK_BEFORE = "2026-11-16";
const SUNDAY_SLOT = slotOf(MONDAY_MS) - 1;
const MONDAY_SLOT = slotOf(MONDAY_MS);

let world: World;
let http: FastifyInstance;
let contract: TestContract;
let tracker: Tracker;
/** The other device: it worked without network, made a second body, and was revoked. */
let offline: Tracker;

const disclose = async (
  by: Tracker,
  capture: Statement<"capture">,
  changes: Partial<StatementBody<"disclosure">> = {},
) => {
  const files = [random.bytes(500), random.bytes(300)] as const;
  const nameOf = (bytes: Uint8Array) => ({ digest: bytesToBase64Url(sha256(bytes)), bytes: bytes.length });
  const [visible, hidden] = [nameOf(files[0]), nameOf(files[1])];
  const disclosure = by.signDisclosure(capture, { visible, hidden, ...changes });
  expect(codeOf(await by.step(disclosure))).toBe("ok");
  for (const bytes of files) {
    const { digest } = nameOf(bytes);
    const upload = { personId: contract.freelancer.personId, digest, source: Readable.from([bytes]) };
    expect(codeOf(await putBlob(world.deps, upload))).toBe("ok");
  }
  return disclosure;
};

const at = (path: string) => `/v1/contracts/${contract.contractId}/${path}`;

const acknowledge = async (disclosure: Statement<"disclosure">, verdict: "ok" | "ROOT") => {
  const body = {
    ...{ contract: contract.contractId, disclosure: bytesToBase64Url(disclosure.hash), verdict },
    ...{ at: toSeconds(world.clock.now()), nonce: randomHash() },
  };
  const signed = signStatement("acknowledgement", body, [reveal(contract.client.keys.signing.secretKey)]);
  const answer = await ask(http, {
    url: at("acknowledgements"),
    by: contract.client,
    body: { acknowledgement: signed.envelope },
  });
  assert("acknowledgement" in answer, JSON.stringify(answer));
};

beforeAll(async () => {
  world = await createWorld();
  world.clock.set(MONDAY_MS - HOUR_MS);
  http = await createTestHttp([world.feature], async () => ({ ok: false, error: "DEVICE_SIGNATURE_INVALID" }));
  contract = await world.addContract({ terms: { draw: drawOf(BEACON_CHAIN, 60) } });
  tracker = createTracker(world, contract, await world.addDevice(contract.freelancer));
  offline = createTracker(world, contract, await world.addDevice(contract.freelancer));
  // The first run is of two weeks.
  world.clock.set(slotStartMs(SUNDAY_SLOT));
  expect(codeOf(await tracker.startOnline())).toBe("ok");
  const captures = await tracker.trackSlotOnline(SUNDAY_SLOT);
  captures.push(...(await tracker.trackSlotOnline(MONDAY_SLOT)));
  captures.push(...(await tracker.trackSlotOnline(MONDAY_SLOT + 1, { stop: true })));
  for (const capture of captures) {
    const disclosure = await disclose(tracker, capture);
    await acknowledge(disclosure, "ok");
  }
  world.clock.set(NINE_MS);
  const slot = slotOf(NINE_MS);
  expect(codeOf(await offline.start({}, () => offline.drawn(slot).length > 1))).toBe("ok");
  const [capture] = await offline.trackSlot(slot, { stop: true });
  assert(capture !== undefined, "the slot has draws");
  await disclose(offline, capture);
  await acknowledge(await disclose(offline, capture, { ver: 1, redacted: 1_000 }), "ROOT");
  await contradict();
  world.clock.advance(MINUTE_MS);
  expect(codeOf(await world.revoke(offline.device))).toBe("ok");
}, 120_000);
afterAll(async () => {
  await http.close();
  await world.stop();
});

/** Another body with the number of the first record. */
const contradict = async (): Promise<void> => {
  const content = { at: toSeconds(NINE_MS), beacon: { round: 1 }, drawC: randomHash() };
  const link = { seq: 0, prev: new Uint8Array(32) };
  const second = signRecord("start", { contract, device: offline.device, link }, content);
  expect(codeOf(await send(world, second))).toBe("SEQUENCE_TAKEN");
};

const download = async (week: string, by = contract.client) => {
  const headers = { "x-test-person": `${by.personId} ${by.kind}` };
  return await http.inject({ method: "GET", url: at(`weeks/${week}/bundle`), headers });
};
const read = async (week: string, by = contract.client): Promise<Uint8Array> => {
  const answer = await download(week, by);
  assert(answer.statusCode === 200, answer.payload.slice(0, 500));
  return new Uint8Array(answer.rawPayload);
};
const verify = (bytes: Uint8Array) => {
  const verdict = verifyBundle(bytes, { everyRound: true });
  assert(verdict.ok, verdict.ok ? "" : JSON.stringify(verdict.error));
  return verdict.value;
};

test("time that the beacon bounds is of tier A, and the device's own of tier B", async () => {
  const judged = await world.system((transaction) =>
    judgeSlots(transaction, world.deps, contract.contractId, { from: MONDAY_SLOT, to: slotOf(END_MS) }),
  );
  expect(judged.map(({ facts, drawnBy }) => [drawnBy, tierOf(facts)])).toEqual([
    ["beacon", "A"],
    ["beacon", "A"],
    ["device", "B"],
  ]);
});

describe("a bundle is not given out", () => {
  const exported = async (deps: Partial<World["deps"]>) =>
    await exportWeek({ ...world.deps, ...deps }, contract.client.personId, {
      contractId: contract.contractId,
      week: WEEK,
    });

  test("while a round of the beacon cannot be had", async () => {
    const away = { ...world.beacon, signaturesIn: async () => null };
    const detail = "some rounds of the beacon are not at hand";
    expect(await exported({ beacon: away })).toEqual({ ok: false, error: { code: "UNAVAILABLE", detail } });
  });

  test("while the log has not published all of it", async () => {
    const unpublished: World["deps"]["log"] = {
      ...world.deps.log,
      publishedProofsOf: async (transaction, subjects) => {
        const proofs = await world.log.publishedProofsOf(transaction, subjects);
        return proofs.map((proof, i) => (i === proofs.length - 1 ? null : proof));
      },
      waitForPublished: async () => null,
    };
    const detail = "some statements are in no published checkpoint yet";
    expect(await exported({ log: unpublished })).toEqual({ ok: false, error: { code: "UNAVAILABLE", detail } });
  });

  test("while a sealed file is not at hand", async () => {
    const blobs = { ...world.deps.blobs, has: async () => false };
    const detail = "a sealed file is not at hand";
    expect(await exported({ blobs })).toEqual({ ok: false, error: { code: "UNAVAILABLE", detail } });
  });
});

describe("the bundle", () => {
  test.each([WEEK_BEFORE, WEEK])("of %s is canonical and whole", async (week) => {
    const bytes = await read(week);
    const file = readBundle(bytes);
    assert(file.ok, "the bundle can be read");
    const { manifest, blobs } = file.value;
    expect(Buffer.compare(concatBytes(encodeManifest(manifest), ...blobs), bytes)).toBe(0);
    expect(manifest.week * SECOND_MS).toBe(Date.parse(week));
    expect(manifest.blobs).toHaveLength(manifest.receipts.length);
    expect(blobs.map((blob) => bytesToBase64Url(sha256(blob)))).toEqual(manifest.blobs.map(({ digest }) => digest));
  });

  test("shows the offline verifier all that happened in the week", async () => {
    const verdict = verify(await read(WEEK));
    expect(verdict).toMatchObject({
      ...{ devices: 2, revokedDevices: 1, conflicts: 1, segments: 3, minutes: 30 },
      tiers: { a: 2, b: 1, c: 0 },
      weekSigner: null,
    });
    expect(verdict.draws).toMatchObject({ missing: 0, uncheckedRuns: 0, offlineRuns: 1 });
    expect(verdict.draws.drawn).toBe(verdict.captures);
    expect(verdict.acknowledged.complaints).toEqual([{ disclosure: expect.any(String), verdict: "ROOT" }]);
    expect(verdict.acknowledged.accepted).toBeGreaterThan(0);
  });

  test("has every round of the run, up to the stop, inside the week", async () => {
    const roundsOf = async (week: string) => {
      const file = readBundle(await read(week));
      assert(file.ok, "the bundle can be read");
      return file.value.manifest.rounds.map(({ from, signatures }) => [from, from + (signatures.length * 3) / 4 / 48]);
    };
    const roundIn = (ms: number) => ms / SECOND_MS / BEACON_CHAIN.period;
    const monday = roundIn(MONDAY_MS);
    expect(await roundsOf(WEEK_BEFORE)).toEqual([[roundIn(slotStartMs(SUNDAY_SLOT)) + 1, monday]]);
    expect(await roundsOf(WEEK)).toEqual([[monday, roundIn(slotEndMs(MONDAY_SLOT + 1))]]);
  });

  test("proves each record by the first published checkpoint that covers it", async () => {
    const file = readBundle(await read(WEEK));
    assert(file.ok, "the bundle can be read");
    const { records, consistency } = file.value.manifest;
    const indexes = records.map(({ proof }) => {
      const parsed = parseTlogProof(proof);
      assert(parsed.ok, "the proof can be read");
      return { index: parsed.value.index, size: Number(parsed.value.checkpoint.split("\n")[1]) };
    });
    const sizes = [...new Set(indexes.map(({ size }) => size))].toSorted((a, b) => a - b);
    expect(sizes.length).toBeGreaterThan(1);
    for (const { index, size } of indexes) expect(sizes.find((each) => each > index)).toBe(size);
    expect(consistency.length).toBeGreaterThanOrEqual(sizes.length - 1);
  });

  test("is the same for both parties, and nobody else's", async () => {
    expect(await read(WEEK)).toEqual(await read(WEEK, contract.freelancer));
    const stranger = await world.addPerson("client");
    expect((await download(WEEK, stranger)).json().code).toBe("NOT_FOUND");
    expect((await download("2026-11-24")).json().code).toBe("NOT_FOUND");
  });

  test("of an empty week has no records", async () => {
    const file = readBundle(await read("2026-12-07"));
    assert(file.ok, "the bundle can be read");
    const { records, blobs, terms, rounds } = file.value.manifest;
    expect([records, blobs, terms, rounds]).toEqual([[], [], [], []]);
  });

  test("needs no relay for rounds that were verified before", async () => {
    const late = createTracker(world, contract, await world.addDevice(contract.freelancer));
    world.clock.set(NINE_MS + 24 * HOUR_MS);
    const slot = slotOf(world.clock.now());
    expect(codeOf(await late.startOnline())).toBe("ok");
    await late.trackSlotOnline(slot, { stop: true });
    world.beaconSource.isAway = true;
    expect(verify(await read(WEEK)).segments).toBe(4);
    world.beaconSource.isAway = false;
  });

  test("has the statement under which all of its records are, first the freelancer's and else the platform's", async () => {
    world.clock.set(END_MS + 2 * MINUTE_MS);
    const {
      records,
      root,
      at: signedAt,
    } = await ask(http, { url: at(`weeks/${WEEK}/records`), by: contract.freelancer });
    const body = {
      ...{ contract: contract.contractId, week: toSeconds(MONDAY_MS), records: records.length, root, at: signedAt },
      nonce: randomHash(),
    };
    const statement = signStatement("week", body, [reveal(contract.freelancer.keys.signing.secretKey)]);
    const url = at(`weeks/${WEEK}/statement`);
    await ask(http, { method: "PUT", url, by: contract.freelancer, body: { statement: statement.envelope } });
    expect(verify(await read(WEEK)).weekSigner).toBe("freelancer");
    const nowMs = END_MS + 13 * HOUR_MS;
    world.clock.set(nowMs);
    await world.feature.tick?.(nowMs);
    expect(verify(await read(WEEK)).weekSigner).toBe("freelancer");
    expect(verify(await read(WEEK_BEFORE)).weekSigner).toBe("platform");
  });
});
