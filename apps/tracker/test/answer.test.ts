// What the tracker makes of a server's answer that is signed wrongly, or by a log that tells two stories.
import { createApi, type LoggedAnswer } from "@underseal/api";
import { logEntryOf, signingKeyOf, signStatement } from "@underseal/evidence";
import { type ContractId, redact, reveal } from "@underseal/foundation";
import { encodeTlogProof, parseTlogProof } from "@underseal/tlog";
import { expect, test } from "vitest";
import { createLogStore } from "../src/outbox/log-store.ts";
import { drainOutbox, type SenderEvent } from "../src/outbox/sender.ts";
import { createTrackerClock } from "../src/platform/clock.ts";
import { signStart } from "../src/session/records.ts";
import { logNameOf } from "../src/session/terms.ts";
import { logSigner, NINE_MS, newId, openOutbox, random, temporaryFolder, termsWith, testKeys } from "./outbox-world.ts";
import { createTestLog, startPlatform } from "./platform.ts";

const keys = testKeys();
const terms = termsWith({ odds: 100 });
const contract = newId<ContractId>();
const logName = logNameOf(terms.body);

const createWorld = async (directory: string) => {
  const platform = await startPlatform();
  const { database, outbox } = openOutbox(directory);
  const events: SenderEvent[] = [];
  const log = createLogStore(database);
  const sender = {
    ...{
      outbox,
      log,
      heads: { confirm: async () => "known" as const },
      termsOf: () => terms,
      clock: createTrackerClock(null),
    },
    api: createApi({ baseUrl: platform.baseUrl, fetch, timeoutMs: 2_000 }),
    onEvent: (event: SenderEvent) => void events.push(event),
  };
  return {
    ...{ platform, outbox, log, events },
    append: () =>
      outbox.transact(() =>
        outbox.append(contract, (link) => {
          const context = { contract, terms: terms.hash, keys, random, nowMs: NINE_MS };
          return signStart(context, link, { round: 1, drawSeed: random.bytes(32) });
        }),
      ),
    drain: () => drainOutbox(sender),
    evidence: () => database.prepare("select code, answer, known_note from log_alarm").all(),
    [Symbol.asyncDispose]: async () => {
      database.close();
      await platform[Symbol.asyncDispose]();
    },
  };
};

const alarmsIn = (events: readonly SenderEvent[]) =>
  events.flatMap((event) => (event.type === "alarm" ? [event.code] : []));

test("an honest answer moves the view of the log, and its checkpoint is what the next picture carries", async () => {
  using folder = temporaryFolder();
  await using world = await createWorld(folder.path);
  for (let n = 0; n < 3; n += 1) world.append();
  expect(await world.drain()).toBe("empty");
  expect(world.log.viewOf(logName)?.size).toBe(3);
  expect(world.outbox.newestCheckpoint(logName)).toContain("log.example/test\n3\n");
  expect(alarmsIn(world.events)).toEqual([]);
});

test("a proof that does not hold is kept as evidence; its checkpoint goes nowhere, the record is admitted", async () => {
  using folder = temporaryFolder();
  await using world = await createWorld(folder.path);
  world.append();
  await world.drain();
  const before = world.outbox.newestCheckpoint(logName);
  world.platform.falsify = (answer) => {
    const proof = parseTlogProof(answer.proof ?? "");
    return proof.ok ? { ...answer, proof: encodeTlogProof({ ...proof.value, hashes: [random.bytes(32)] }) } : answer;
  };
  world.append();
  expect(await world.drain()).toBe("empty");
  expect(alarmsIn(world.events)).toEqual(["PROOF_INVALID"]);
  expect(world.outbox.counts()).toMatchObject({ pending: 0, admitted: 2 });
  expect(world.outbox.newestCheckpoint(logName)).toBe(before);
  expect(world.evidence()).toMatchObject([{ code: "PROOF_INVALID", known_note: before }]);
});

test("a log signed by another key than that of the terms proves nothing", async () => {
  using folder = temporaryFolder();
  await using world = await createWorld(folder.path);
  world.platform.log = createTestLog({ name: logSigner.name, seed: redact(random.bytes(32)) });
  world.append();
  await world.drain();
  expect(alarmsIn(world.events)).toEqual(["PROOF_INVALID"]);
  expect(world.outbox.newestCheckpoint(logName)).toBe("");
});

test.each([
  ["that gets shorter", 0, "LOG_ROLLBACK"],
  ["that has two roots for one size", 2, "LOG_EQUIVOCATION"],
])("a log %s raises an alarm with both notes kept", async (_, entries, code) => {
  using folder = temporaryFolder();
  await using world = await createWorld(folder.path);
  for (let n = 0; n < 3; n += 1) world.append();
  await world.drain();
  const honest = world.outbox.newestCheckpoint(logName);
  const forked = createTestLog();
  for (let n = 0; n < entries; n += 1) forked.append(logEntryOf(random.bytes(32)));
  world.platform.log = forked;
  world.append();
  expect(await world.drain()).toBe("empty");
  expect(alarmsIn(world.events)).toEqual([code]);
  const [kept] = world.evidence();
  expect(kept).toMatchObject({ code, known_note: honest });
  expect(JSON.parse(String(kept?.answer)).proof).toContain(`log.example/test`);
  expect(world.outbox.newestCheckpoint(logName)).toBe(honest);
});

test.each([
  [
    "by another key than that of the terms",
    ({ arrival, ...answer }: LoggedAnswer) => {
      const body = { contract, statement: Buffer.alloc(32).toString("base64url"), at: 1 };
      const key = signingKeyOf(random.bytes(32));
      return { ...answer, arrival: arrival && signStatement("arrival", body, [reveal(key.secretKey)]).envelope };
    },
  ],
  ["for nothing at all", (answer: LoggedAnswer) => ({ ...answer, arrival: answer.envelope })],
])("a record whose arrival is signed %s waits until it is", async (_, falsify) => {
  using folder = temporaryFolder();
  await using world = await createWorld(folder.path);
  world.platform.falsify = falsify;
  world.append();
  expect(await world.drain()).toBe("offline");
  expect(alarmsIn(world.events)).toEqual(["ARRIVAL_INVALID"]);
  expect(world.outbox.counts()).toMatchObject({ pending: 1, admitted: 0 });
  world.platform.falsify = (answer) => answer;
  expect(await world.drain()).toBe("empty");
  expect(world.outbox.counts()).toMatchObject({ pending: 0, admitted: 1 });
});
