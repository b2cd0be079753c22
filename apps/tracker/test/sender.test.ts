// What the sender makes of a server's answers: what is about the moment is sent again, what is about the record ends
// its chain, and nothing that cannot be sent holds up what can.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createApi, type ProblemCode, problems } from "@underseal/api";
import { type Envelope, sealingKeyOf, signingKeyOf } from "@underseal/evidence";
import { bytesToBase64Url, type ContractId, createId, createSystemRandom, type DeviceId } from "@underseal/foundation";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createOutbox } from "../src/outbox/outbox.ts";
import { openOutboxDatabase } from "../src/outbox/schema.ts";
import { drainOutbox, type SenderEvent } from "../src/outbox/sender.ts";
import { createTrackerClock } from "../src/platform/clock.ts";
import { signStart } from "../src/session/records.ts";
import { createSessionStore } from "../src/session/store.ts";
import { plainSending } from "./outbox-world.ts";

const random = createSystemRandom();
const clock = createTrackerClock(null);
const newId = <Id extends string>(): Id => createId<Id>({ clock, random });
const contract = newId<ContractId>();
const keys = {
  deviceId: newId<DeviceId>(),
  signing: signingKeyOf(random.bytes(32)),
  vault: sealingKeyOf(random.bytes(32)),
};

const refusing = (code: ProblemCode): Response => {
  const { status, title, remedy } = problems[code];
  const body = { type: `urn:underseal:problem:${code}`, title, status, code, remedy, requestId: newId() };
  return Response.json(body, { status });
};

const anyEnvelope: Envelope = {
  payloadType: "application/vnd.underseal.arrival+json",
  payload: "e30=",
  signatures: [{ keyid: "0".repeat(16), sig: Buffer.alloc(64).toString("base64") }],
};
const admitting = (): Response => Response.json({ envelope: anyEnvelope, arrival: anyEnvelope, proof: null });
const storing = (): Response => Response.json({ receipt: anyEnvelope }, { status: 201 });

let directory = "";
let stack: DisposableStack;

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "underseal-sender-"));
  stack = new DisposableStack();
});
afterEach(async () => {
  stack.dispose();
  await rm(directory, { recursive: true, force: true });
});

/** An outbox on the disk, and a server that answers with `answer`. */
const createWorld = (answer: (request: { readonly path: string }) => Response) => {
  const opened = openOutboxDatabase(path.join(directory, "outbox.sqlite"));
  if (!opened.ok) throw new Error(opened.error.message);
  const database = opened.value;
  stack.defer(() => database.close());
  const outbox = createOutbox(database);
  const store = createSessionStore(database);
  const events: SenderEvent[] = [];
  const api = createApi({
    baseUrl: "http://server.test",
    fetch: async (input) => answer({ path: new URL(String(input)).pathname }),
    timeoutMs: 1_000,
  });
  const append = () =>
    outbox.transact(() => {
      const context = { contract, terms: random.bytes(32), keys, random, nowMs: clock.now() };
      return outbox.append(contract, (link) => signStart(context, link, { round: 1, drawSeed: random.bytes(32) }));
    });
  const drain = () =>
    drainOutbox({ api, outbox, ...plainSending({ database }), clock, onEvent: (event) => events.push(event) });
  return { database, outbox, store, events, append, drain };
};

describe("a record", () => {
  test.each(["SLOT_IN_FUTURE", "UNAVAILABLE", "INTERNAL", "RATE_LIMITED"] as const)(
    "that is answered with %s waits and is sent again",
    async (code) => {
      const { append, drain, outbox } = createWorld(() => refusing(code));
      append();
      expect(await drain()).toBe("offline");
      expect(outbox.counts()).toMatchObject({ pending: 1, refused: 0 });
    },
  );

  test("that breaks a rule ends its chain, and is kept", async () => {
    const { append, drain, outbox } = createWorld(() => refusing("RUN_BROKEN"));
    append();
    append();
    expect(await drain()).toBe("empty");
    expect(outbox.counts()).toMatchObject({ pending: 0, refused: 2 });
  });

  test("that is admitted leaves the platform's signed arrival on the disk", async () => {
    const { append, drain, database } = createWorld(admitting);
    append();
    expect(await drain()).toBe("empty");
    const row = database.prepare("select state, arrival from record").get();
    expect(row).toEqual({ state: "admitted", arrival: JSON.stringify(anyEnvelope) });
  });
});

describe("a sealed file", () => {
  const addBlob = async (world: ReturnType<typeof createWorld>, disclosure: Uint8Array, isThere: boolean) => {
    const digest = bytesToBase64Url(random.bytes(32));
    const file = path.join(directory, `${digest}.age`);
    if (isThere) await writeFile(file, random.bytes(10));
    world.store.insertBlob({ digest, disclosure, file });
    return { digest, file };
  };

  test("that is gone, or that the server will not have, does not hold up the others", async () => {
    const unwanted = new Set<string>();
    const world = createWorld(({ path: address }) => {
      if (address === "/v1/statements") return admitting();
      return unwanted.has(path.basename(address)) ? refusing("BLOB_DIGEST_MISMATCH") : storing();
    });
    const { hash } = world.append();
    const gone = await addBlob(world, hash, false);
    const refused = await addBlob(world, hash, true);
    unwanted.add(refused.digest);
    const good = await addBlob(world, hash, true);
    expect(await world.drain()).toBe("empty");
    expect(world.events.filter(({ type }) => type !== "admitted")).toEqual([
      { type: "blob-refused", digest: gone.digest, problem: "FILE_MISSING" },
      { type: "blob-refused", digest: refused.digest, problem: "BLOB_DIGEST_MISMATCH" },
      { type: "stored", digest: good.digest },
    ]);
    // What was not stored is still needed; what was stored is not.
    expect(world.store.neededFiles()).toEqual(new Set([gone.file, refused.file]));
  });

  test("waits while the server cannot take it", async () => {
    const world = createWorld(({ path: address }) =>
      address === "/v1/statements" ? admitting() : refusing("UNAVAILABLE"),
    );
    const { hash } = world.append();
    await addBlob(world, hash, true);
    expect(await world.drain()).toBe("offline");
    expect(world.outbox.counts()).toMatchObject({ blobs: 1 });
  });
});
