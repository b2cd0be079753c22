import type { DeviceRecordName, Statement } from "@underseal/evidence";
import { bytesToBase64Url, SECOND_MS, slotEndMs, slotOf } from "@underseal/foundation";
import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { after, createTracker, FIRST, type Link, signRecord } from "./tracker.ts";
import {
  BEACON_CHAIN,
  codeOf,
  createWorld,
  drawOf,
  NINE_MS,
  ROUND_SECONDS,
  randomHash,
  send,
  toSeconds,
  type World,
} from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.stop());

/** A run of two slots, signed offline, to be sent in any order. */
const signRun = async (): Promise<Statement<DeviceRecordName>[]> => {
  world.clock.set(NINE_MS);
  const contract = await world.addContract({
    client,
    terms: { draw: drawOf(BEACON_CHAIN, 50) },
  });
  const device = await world.addDevice(contract.freelancer);
  const tracker = createTracker(world, contract, device);
  const records: Statement<DeviceRecordName>[] = [];
  let link: Link = FIRST;
  const add = <Name extends DeviceRecordName>(statement: Statement<Name>): Statement<Name> => {
    const chained = signRecord(statement.name, { contract, device, link }, {
      ...statement.body,
      seq: link.seq,
      prev: bytesToBase64Url(link.prev),
    } as never); // A body with its own links replaced is the same kind of body.
    records.push(chained);
    link = after(chained);
    return chained;
  };
  add(tracker.signStart());
  const first = slotOf(NINE_MS);
  for (const slot of [first, first + 1]) {
    const at = toSeconds(slotEndMs(slot));
    const captures = tracker.drawn(slot).map((round) => add(tracker.signCapture(round, { at: round * ROUND_SECONDS })));
    const named = captures.map(({ hash }) => bytesToBase64Url(hash));
    add(tracker.signSegment(slot, { at, captures: named, stop: slot !== first }));
    for (const capture of captures) add(tracker.signDisclosure(capture, { at, mapC: randomHash() }));
  }
  world.clock.set(slotEndMs(first + 1) + SECOND_MS);
  return records;
};

let client: Awaited<ReturnType<World["addPerson"]>>;
beforeAll(async () => {
  client = await world.addPerson("client");
});

test("in whatever order and however often records arrive, each is stored once and the chain holds", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 1_000 }), { minLength: 5, maxLength: 25 }),
      fc.integer({ min: 1, max: 4 }),
      async (order, atOnce) => {
        const records = await signRun();
        const arrivals = new Map<Statement, Set<string>>();
        const deliver = async (record: Statement) => {
          const answer = await send(world, record);
          expect(["ok", "CHAIN_BROKEN", "RUN_BROKEN"]).toContain(codeOf(answer));
          if (!answer.ok) return;
          const known = arrivals.get(record) ?? new Set();
          arrivals.set(record, known.add(answer.value.arrival.payload));
        };
        const strays = order.map((n) => records[n % records.length]).filter((record) => record !== undefined);
        for (let from = 0; from < strays.length; from += atOnce) {
          await Promise.all(strays.slice(from, from + atOnce).map(deliver));
        }
        // Then as a tracker does: in order, each until it is answered.
        for (const record of records) await deliver(record);
        expect(records.map((record) => arrivals.get(record)?.size)).toEqual(records.map(() => 1));
        const [first] = records;
        const { rows } = await world.system((t) =>
          sql<{ hash: Uint8Array }>`
            select hash from record where contract_id = ${first?.body.contract} order by seq`.execute(t),
        );
        expect(rows.map(({ hash }) => bytesToBase64Url(hash))).toEqual(
          records.map(({ hash }) => bytesToBase64Url(hash)),
        );
      },
    ),
    { numRuns: process.env.SLOW === "1" ? 40 : 6 },
  );
});
