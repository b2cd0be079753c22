import { roundAt, signStatement } from "@underseal/evidence";
import { assert, bytesToBase64Url, DAY_MS, HOUR_MS, MINUTE_MS, reveal, slotOf } from "@underseal/foundation";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { acknowledge } from "../../src/evidence/acknowledgements.ts";
import { exportWeek } from "../../src/evidence/bundle.ts";
import { transact } from "../../src/platform/postgres/transact.ts";
import { discloseWithFiles, nameOf, upload } from "./files.ts";
import { createTracker, FIRST, signRecord, type Tracker } from "./tracker.ts";
import {
  BEACON_CHAIN,
  codeOf,
  createWorld,
  drawOf,
  MONDAY_MS,
  NINE_MS,
  personActor,
  random,
  randomHash,
  type TestContract,
  toSeconds,
  WEEK,
  type World,
} from "./world.ts";

// What somebody tried who had a device, a contract and patience.

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

const ODDS = 60;

/** A contract whose one device was there a little before it. */
const setUp = async () => {
  world.clock.set(MONDAY_MS - 2 * HOUR_MS);
  const freelancer = await world.addPerson("freelancer");
  const device = await world.addDevice(freelancer);
  world.clock.set(MONDAY_MS - HOUR_MS);
  const contract = await world.addContract({ freelancer, terms: { draw: drawOf(BEACON_CHAIN, ODDS) } });
  return { contract, device, tracker: createTracker(world, contract, device) };
};

describe("a run that nobody can draw in reasonable time is refused", () => {
  const tracking = async (afterMs: number) => {
    const { tracker } = await setUp();
    world.clock.set(NINE_MS);
    expect(codeOf(await tracker.start())).toBe("ok");
    world.clock.set(NINE_MS + afterMs);
    return codeOf(await tracker.segment(slotOf(NINE_MS + afterMs) - 1, { stop: true, minutes: 0 }));
  };

  test("where it spans more than a week", async () => {
    expect(await tracking(7 * DAY_MS)).toBe("ok");
    expect(await tracking(7 * DAY_MS + 10 * MINUTE_MS)).toBe("RUN_BROKEN");
  });
});

/** One tracked slot that is over, with a capture or more. */
const trackOne = async (tracker: Tracker) => {
  world.clock.set(NINE_MS);
  const slot = slotOf(NINE_MS);
  expect(codeOf(await tracker.start({}, () => tracker.drawn(slot).length > 1))).toBe("ok");
  const [capture] = await tracker.trackSlot(slot, { stop: true });
  assert(capture !== undefined, "a round was drawn");
  return capture;
};

test("an acknowledgement that is sent again after another one is answered with the one that is kept", async () => {
  const { contract, tracker } = await setUp();
  const disclosure = tracker.signDisclosure(await trackOne(tracker));
  expect(codeOf(await tracker.step(disclosure))).toBe("ok");
  const { contractId, client } = contract;
  const [first, second] = (["ok", "ROOT"] as const).map(
    (verdict) =>
      signStatement(
        "acknowledgement",
        {
          contract: contractId,
          disclosure: bytesToBase64Url(disclosure.hash),
          verdict,
          at: toSeconds(world.clock.now()),
          nonce: randomHash(),
        },
        [reveal(client.keys.signing.secretKey)],
      ).envelope,
  );
  assert(first !== undefined && second !== undefined, "both are signed");
  const kept = await world.count("acknowledgement");
  for (const envelope of [first, second, first, second]) {
    const answer = await acknowledge(world.deps, client.personId, { contractId, envelope });
    expect(answer).toEqual({ ok: true, value: { acknowledgement: envelope } });
  }
  expect(await world.count("acknowledgement")).toBe(kept + 2);
});

test("no record says that it was made before its terms began", async () => {
  const { contract, tracker } = await setUp();
  const capture = await trackOne(tracker);
  const { validFrom } = contract.terms.body;
  expect(codeOf(await tracker.disclose(capture, { at: validFrom - 1 }))).toBe("TERMS_NOT_IN_FORCE");
  expect(codeOf(await tracker.disclose(capture, { at: validFrom }))).toBe("ok");
});

describe("a week with more than a bundle takes is refused, not cut", () => {
  const exported = async ({ contractId, client }: TestContract) =>
    codeOf(await exportWeek(world.deps, client.personId, { contractId, week: WEEK }));

  test("of second bodies", async () => {
    const { contract, device, tracker } = await setUp();
    await trackOne(tracker);
    await world.system((t) =>
      sql`insert into record_conflict (contract_id, device_id, seq, freelancer_id, client_id, body_hash, payload_type,
          body, key_id, signature, arrived_at)
        select contract_id, device_id, seq, freelancer_id, client_id, sha256(n::text::bytea), payload_type, body,
          key_id, signature, arrived_at
        from record, generate_series(1, 10001) n
        where contract_id = ${contract.contractId} and device_id = ${device.deviceId} and seq = 0`.execute(t),
    );
    expect(await exported(contract)).toBe("BUNDLE_TOO_LARGE");
  });

  test("of acknowledgements", async () => {
    const { contract, tracker } = await setUp();
    await trackOne(tracker);
    const { contractId, client, freelancer } = contract;
    await transact(world.database, personActor(client.personId), (t) =>
      sql`insert into acknowledgement (contract_id, disclosure_hash, place, freelancer_id, client_id, slot, verdict,
          envelope, acknowledged_at)
        select ${contractId}, sha256(n::text::bytea), 1, ${freelancer.personId}, ${client.personId},
          ${slotOf(NINE_MS)}, 'ok', jsonb_build_object('payload', encode(n::text::bytea, 'base64')), now()
        from generate_series(1, 100001) n`.execute(t),
    );
    expect(await exported(contract)).toBe("BUNDLE_TOO_LARGE");
  }, 30_000);
});

describe("a disclosure is refused", () => {
  const fileOf = (bytes: number) => ({ digest: randomHash(), bytes });

  test("where it names a file of the contract with another length, or one file twice", async () => {
    const { tracker } = await setUp();
    const capture = await trackOne(tracker);
    const { statement } = await discloseWithFiles(world, tracker, capture);
    const { visible, hidden } = statement.body;
    assert(visible !== undefined && hidden !== undefined, "both files are named");
    const replace = async (changes: object) =>
      (await tracker.disclose(capture, { ver: 1, redacted: 10, ...changes })).ok;
    expect(await replace({ visible: { ...visible, bytes: visible.bytes + 1 } })).toBe(false);
    expect(await replace({ hidden: { ...visible, bytes: visible.bytes + 1 } })).toBe(false);
    expect(await replace({ visible, hidden: visible })).toBe(false);
    const file = fileOf(5);
    expect(await replace({ visible: file, hidden: { ...file, bytes: 6 } })).toBe(false);
    expect(await replace({ visible: hidden, hidden: visible })).toBe(true);
  });

  test("while the files of the version that it replaces are not uploaded", async () => {
    const { tracker } = await setUp();
    const capture = await trackOne(tracker);
    const [visible, hidden] = [random.bytes(30), random.bytes(20)];
    const files = { visible: nameOf(visible), hidden: nameOf(hidden) };
    expect(codeOf(await tracker.disclose(capture, files))).toBe("ok");
    const replace = async () => codeOf(await tracker.disclose(capture, { ver: 1 }));
    expect(await replace()).toBe("DISCLOSURE_FORBIDDEN");
    expect(await upload(world, tracker, visible)).toBe("ok");
    expect(await replace()).toBe("DISCLOSURE_FORBIDDEN");
    expect(await upload(world, tracker, hidden)).toBe("ok");
    expect(await replace()).toBe("ok");
  });

  test("as the ninth version", async () => {
    const { tracker } = await setUp();
    const capture = await trackOne(tracker);
    const codes: string[] = [];
    for (let ver = 0; ver <= 8; ver += 1) codes.push((await discloseWithFiles(world, tracker, capture, { ver })).code);
    expect(codes).toEqual([...Array.from({ length: 8 }, () => "ok"), "DISCLOSURE_FORBIDDEN"]);
  });
});

test("a week is exported only with every file that it names", async () => {
  const { contract, tracker } = await setUp();
  const capture = await trackOne(tracker);
  const [visible, hidden] = [random.bytes(30), random.bytes(20)];
  await tracker.disclose(capture, { visible: nameOf(visible), hidden: nameOf(hidden) });
  await upload(world, tracker, visible);
  const exported = async () =>
    await exportWeek(world.deps, contract.client.personId, { contractId: contract.contractId, week: WEEK });
  const detail = "a sealed file was not uploaded yet";
  expect(await exported()).toEqual({ ok: false, error: { code: "UNAVAILABLE", detail } });
  await upload(world, tracker, hidden);
  expect(await exported()).not.toMatchObject({ error: { detail } });
});

test("a device without a contract makes the platform make no old rounds", async () => {
  const { contract } = await setUp();
  const device = await world.addDevice(await world.addPerson("freelancer"));
  world.clock.set(NINE_MS);
  const before = await world.count("beacon_round");
  const now = toSeconds(NINE_MS);
  const signed = { contract, device, link: FIRST };
  const beaconOf = (round: number) => ({ round, sig: bytesToBase64Url(new Uint8Array(48)) });
  const old = roundAt(BEACON_CHAIN, now - 15 * 24 * 3600);
  const inputs = [
    signRecord("start", signed, { at: now, beacon: beaconOf(1_000) }),
    signRecord("capture", signed, { at: now, beacon: beaconOf(old), root: randomHash(), masked: 0 }),
    signRecord("start", signed, { at: now - 20 * 24 * 3600, beacon: beaconOf(old - 200_000) }),
  ];
  const outcomes = await world.admission.admit(inputs.map(({ envelope }) => envelope));
  expect(outcomes.map(codeOf)).toEqual(["TERMS_NOT_IN_FORCE", "TERMS_NOT_IN_FORCE", "DEVICE_UNKNOWN"]);
  expect(await world.count("beacon_round")).toBe(before);
});

test("one device fills no more of the queue than its share", async () => {
  const { contract, device, tracker } = await setUp();
  const flood = signRecord("start", { contract, device, link: FIRST }, tracker.signStart().body).envelope;
  const other = createTracker(world, contract, await world.addDevice(contract.freelancer));
  const outcomes = world.admission.admit(Array.from({ length: 600 }, () => flood));
  const [mine] = await world.admission.admit([other.signStart().envelope]);
  expect((await outcomes).map(codeOf).filter((code) => code === "UNAVAILABLE")).toHaveLength(600 - 512);
  expect(mine?.ok).toBe(true);
  // Once they are decided there is room again.
  expect((await world.admission.admit([flood])).map(codeOf)).toEqual(["ok"]);
});
