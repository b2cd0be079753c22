// The outbox on a real disk: what it accepted stays, in the order of its chain, whatever happens to the process, the
// disk or the server.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import path from "node:path";
import { text } from "node:stream/consumers";
import { createApi, problems } from "@underseal/api";
import { type Envelope, readAnyStatement } from "@underseal/evidence";
import { bytesToBase64Url, bytesToHex, type ContractId } from "@underseal/foundation";
import { describe, expect, test } from "vitest";
import { createLogStore } from "../src/outbox/log-store.ts";
import type { ChainLink } from "../src/outbox/outbox.ts";
import { openOutboxDatabase } from "../src/outbox/schema.ts";
import { drainOutbox, runSender, type SenderEvent } from "../src/outbox/sender.ts";
import { createTrackerClock } from "../src/platform/clock.ts";
import { explainDiskFault } from "../src/platform/disk-fault.ts";
import { signStart } from "../src/session/records.ts";
import {
  NINE_MS,
  newId,
  type OutboxWorld,
  openOutbox,
  plainSending,
  random,
  readRecords,
  temporaryFolder,
  testKeys,
} from "./outbox-world.ts";

const keys = testKeys();
const contract = newId<ContractId>();
const ZERO = bytesToBase64Url(new Uint8Array(32));

const append = ({ outbox }: OutboxWorld, to: ContractId = contract) =>
  outbox.transact(() =>
    outbox.append(to, (link: ChainLink) => {
      const context = { contract: to, terms: random.bytes(32), keys, random, nowMs: NINE_MS };
      return signStart(context, link, { round: 1, drawSeed: random.bytes(32) });
    }),
  );

const answer = (): { readonly arrival: Envelope; readonly checkpoint: string } => ({
  arrival: { payloadType: "application/vnd.underseal.arrival+json", payload: "e30=", signatures: [] },
  checkpoint: "a checkpoint",
});

const linksOf = ({ database }: OutboxWorld) => readRecords(database).map(({ body }) => [body.seq, body.prev]);

const hashText = (hash: Uint8Array | undefined): string => bytesToBase64Url(hash ?? new Uint8Array());

describe("a chain", () => {
  test("begins at zero and goes on from record to record, for each contract on its own", () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const other = newId<ContractId>();
    const [a, b, , d] = [append(world), append(world), append(world, other), append(world)];
    expect(linksOf(world)).toEqual([
      [0, ZERO],
      [1, hashText(a?.hash)],
      [0, ZERO],
      [2, hashText(b?.hash)],
    ]);
    expect(d?.body.seq).toBe(2);
    expect(world.outbox.pendingRecords().map(({ seq }) => seq)).toEqual([0, 0]);
    world.database.close();
  });

  test("goes on from the last admitted record when one is refused; the refused ones are kept with the reason", () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const other = newId<ContractId>();
    const first = append(world);
    append(world);
    append(world);
    append(world, other);
    world.outbox.markAdmitted(first.hash, answer());
    const refused = world.outbox.pendingRecords().find((record) => record.contract === contract);
    expect(refused?.seq).toBe(1);
    if (refused !== undefined) world.outbox.markRefused(refused, "SLOT_TAKEN");
    expect(world.outbox.counts()).toEqual({ pending: 1, admitted: 1, refused: 2, superseded: 0, blobs: 0 });
    const next = append(world);
    expect(next.body).toMatchObject({ seq: 1, prev: hashText(first.hash) });
    const waiting = new Map(world.outbox.pendingRecords().map(({ contract: of, seq }) => [of, seq]));
    expect(waiting).toEqual(
      new Map([
        [other, 0],
        [contract, 1],
      ]),
    );
    expect(readRecords(world.database)).toHaveLength(5);
    const reasons = world.database.prepare("select problem from record where state = 'refused'").all();
    expect(reasons.map(({ problem }) => problem)).toEqual(["SLOT_TAKEN", "SLOT_TAKEN"]);
    world.database.close();
  });

  test("has no trace of a transaction that failed", () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const first = append(world);
    expect(() =>
      world.outbox.transact(() => {
        world.outbox.append(contract, (link) => {
          const context = { contract, terms: random.bytes(32), keys, random, nowMs: NINE_MS };
          return signStart(context, link, { round: 1, drawSeed: random.bytes(32) });
        });
        throw new Error("crash");
      }),
    ).toThrow("crash");
    expect(append(world).body).toMatchObject({ seq: 1, prev: hashText(first.hash) });
    world.database.close();
  });
});

describe("a restart", () => {
  test("keeps everything: what waits, what was admitted, and where the chain goes on", () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const first = append(world);
    const second = append(world);
    world.outbox.markAdmitted(first.hash, answer());
    createLogStore(world.database).keepView("log", { size: 1, root: random.bytes(32), note: "a checkpoint" });
    const before = readRecords(world.database).map(({ hash }) => hash);
    world.database.close();

    const again = openOutbox(folder.path);
    expect(readRecords(again.database).map(({ hash }) => hash)).toEqual(before);
    expect(again.outbox.counts()).toEqual({ pending: 1, admitted: 1, refused: 0, superseded: 0, blobs: 0 });
    expect(again.outbox.newestCheckpoint("log")).toBe("a checkpoint");
    expect(again.outbox.pendingRecords().map(({ hash }) => bytesToHex(hash))).toEqual([bytesToHex(second.hash)]);
    expect(append(again).body).toMatchObject({ seq: 2, prev: hashText(second.hash) });
    again.database.close();
  });

  test("while another tracker has it open is refused, and that one goes on", () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    append(world);
    expect(openOutboxDatabase(path.join(folder.path, "outbox.sqlite"))).toMatchObject({
      ok: false,
      error: { code: "OUTBOX_IN_USE", message: expect.stringMatching(/another tracker is running .*: stop it first/) },
    });
    expect(append(world).body.seq).toBe(1);
    world.database.close();
    const again = openOutbox(folder.path);
    expect(again.outbox.counts().pending).toBe(2);
    again.database.close();
  });

  test("on a file that is something else leaves it alone", () => {
    using folder = temporaryFolder();
    const file = path.join(folder.path, "outbox.sqlite");
    const content = "somebody's letter. ".repeat(100);
    writeFileSync(file, content);
    expect(openOutboxDatabase(file)).toMatchObject({ ok: false, error: { code: "OUTBOX_UNUSABLE" } });
    expect(readFileSync(file, "utf8")).toBe(content);
  });
});

describe("a full disk", () => {
  const DISK_BYTES = 512 * 1024;

  /** A disk of its own, unmounted at the end; `null` where that is not allowed. */
  const mountSmallDisk = (folder: string): Disposable | null => {
    mkdirSync(folder, { recursive: true });
    const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES}`, "tmpfs", folder]);
    return mounted.status === 0 ? { [Symbol.dispose]: () => execFileSync("umount", ["--lazy", folder]) } : null;
  };

  const fill = (world: OutboxWorld): unknown => {
    try {
      for (let n = 0; n < DISK_BYTES / 100; n += 1) append(world);
      return null;
    } catch (cause) {
      return cause;
    }
  };

  test("is said in a sentence; what was accepted before is kept and the chain goes on once there is space", (context) => {
    using folder = temporaryFolder();
    const diskDir = path.join(folder.path, "disk");
    using disk = mountSmallDisk(diskDir);
    if (disk === null) return context.skip("a small disk takes root and the right to mount");
    const world = openOutbox(diskDir);
    append(world);
    const ballast = path.join(diskDir, "ballast");
    writeFileSync(ballast, new Uint8Array(160 * 1024));
    const cause = fill(world);
    expect(explainDiskFault(cause)).toMatch(/^the disk is full: .* free some space and start again$/);
    const accepted = readRecords(world.database).map(({ hash }) => bytesToHex(hash));
    expect(accepted.length).toBeGreaterThan(10);
    expect(() => append(world)).toThrow();
    world.database.close();

    // Still full: what waits can be read and sent, or the start says what is wrong; nothing is gone.
    const opened = openOutboxDatabase(path.join(diskDir, "outbox.sqlite"));
    if (opened.ok) opened.value.close();
    else expect(opened.error.message).toMatch(/full.*: check the disk/);

    writeFileSync(ballast, "");
    const again = openOutbox(diskDir);
    expect(readRecords(again.database).map(({ hash }) => bytesToHex(hash))).toEqual(accepted);
    expect(append(again).body.seq).toBe(accepted.length);
    again.database.close();
  });

  test("is told from other errors", () => {
    expect(explainDiskFault(Object.assign(new Error("no space"), { code: "ENOSPC" }))).toMatch(/full/);
    expect(explainDiskFault(Object.assign(new Error("i/o"), { code: "EIO" }))).toMatch(/cannot be written/);
    expect(explainDiskFault(Object.assign(new Error("disk I/O error"), { errcode: 778 }))).toMatch(/cannot be written/);
    expect(explainDiskFault(Object.assign(new Error("unique"), { errcode: 2067 }))).toBeNull();
    expect(explainDiskFault(new Error("broken assumption"))).toBeNull();
    expect(explainDiskFault("ENOSPC")).toBeNull();
  });
});

describe("over a real connection", () => {
  const arrival: Envelope = {
    payloadType: "application/vnd.underseal.arrival+json",
    payload: "e30=",
    signatures: [{ keyid: "0".repeat(16), sig: Buffer.alloc(64).toString("base64") }],
  };

  type Answer = (response: ServerResponse, request: IncomingMessage) => void;

  const send =
    (status: number, body: unknown, type = "application/json"): Answer =>
    (response) => {
      response.writeHead(status, { "content-type": type });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    };

  const admit: Answer = (response, request) =>
    send(200, { envelope: arrival, arrival, proof: null })(response, request);

  const problem = (code: keyof typeof problems): Answer => {
    const { status, title, remedy } = problems[code];
    return send(
      status,
      { type: "about:blank", title, status, code, remedy, requestId: "r" },
      "application/problem+json",
    );
  };

  const TIMEOUT_MS = 300;

  /** What a server can do to a request that it has received whole, and stored for all we know. */
  const troubles: readonly (readonly [string, Answer])[] = [
    ["never answers", () => {}],
    ["answers too late", (response, request) => void setTimeout(() => admit(response, request), 3 * TIMEOUT_MS)],
    ["cuts the connection", (_, request) => request.socket.destroy()],
    [
      "cuts the answer in the middle",
      (response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
        response.write('{"envelope":');
        setTimeout(() => response.destroy(), 20);
      },
    ],
    ["answers with somebody else's page", send(200, "<html>Welcome to the hotel</html>", "text/html")],
    ["answers 502 from a proxy", send(502, "Bad Gateway", "text/plain")],
    ["answers 429 without a problem", send(429, "", "text/plain")],
    ["answers RATE_LIMITED", problem("RATE_LIMITED")],
    ["answers INTERNAL", problem("INTERNAL")],
    ["answers UNAVAILABLE", problem("UNAVAILABLE")],
  ];

  /** A server that gives the first requests these answers and admits all others. */
  const listen = async (first: readonly Answer[]) => {
    const received: string[] = [];
    const server = createServer(async (request, response) => {
      const body = await text(request);
      const answerIt = first[received.length] ?? admit;
      received.push(body);
      answerIt(response, request);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const stop = async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return { received, baseUrl: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
  };

  const senderFor = (world: OutboxWorld, baseUrl: string) => {
    const events: SenderEvent[] = [];
    return {
      events,
      api: createApi({ baseUrl, fetch, timeoutMs: TIMEOUT_MS }),
      outbox: world.outbox,
      ...plainSending(world),
      clock: createTrackerClock({ realStartMs: 1, simulatedStartMs: 1, factor: 1_000 }),
      onEvent: (event: SenderEvent) => void events.push(event),
    };
  };

  const seqOf = (body: string): number => {
    const statement = readAnyStatement(JSON.parse(body));
    return statement.ok && "seq" in statement.value.body ? statement.value.body.seq : -1;
  };

  test.each(troubles)("a server that %s gets the same bytes again, and the rest in order", async (_, trouble) => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    for (let n = 0; n < 3; n += 1) append(world);
    await using server = await listen([admit, trouble]);
    const sender = senderFor(world, server.baseUrl);
    expect(await drainOutbox(sender)).toBe("offline");
    expect(world.outbox.counts()).toMatchObject({ pending: 2, admitted: 1, refused: 0 });
    expect(await drainOutbox(sender)).toBe("empty");
    expect(world.outbox.counts()).toMatchObject({ pending: 0, admitted: 3, refused: 0 });
    expect(server.received.map(seqOf)).toEqual([0, 1, 1, 2]);
    expect(server.received[2]).toBe(server.received[1]);
    world.database.close();
  });

  test("a sender left alone gets through all of them, and stops when told", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    for (let n = 0; n < 5; n += 1) append(world);
    await using server = await listen(troubles.map(([, trouble]) => trouble));
    const sender = senderFor(world, server.baseUrl);
    const stopping = new AbortController();
    const stopWhenDone = (event: SenderEvent) => {
      sender.onEvent(event);
      if (world.outbox.counts().pending === 0) stopping.abort();
    };
    await runSender({ ...sender, onEvent: stopWhenDone }, stopping.signal);
    expect(world.outbox.counts()).toEqual({ pending: 0, admitted: 5, refused: 0, superseded: 0, blobs: 0 });
    expect(sender.events.filter(({ type }) => type === "offline")).toHaveLength(troubles.length);
    expect(server.received.map(seqOf)).toEqual([...troubles.map(() => 0), 0, 1, 2, 3, 4]);
    world.database.close();
  });

  test("a server that answers a record it knows already admits it once", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    const { hash } = append(world);
    await using server = await listen([]);
    const sender = senderFor(world, server.baseUrl);
    expect(await drainOutbox(sender)).toBe("empty");
    // As after a crash between the answer and our note of it.
    world.database.prepare("update record set state = 'pending' where hash = ?").run(hash);
    expect(await drainOutbox(sender)).toBe("empty");
    expect(server.received[1]).toBe(server.received[0]);
    expect(world.outbox.counts()).toMatchObject({ pending: 0, admitted: 1 });
    world.database.close();
  });

  test("a record that is refused ends its chain there; the next one goes on from the last admitted", async () => {
    using folder = temporaryFolder();
    const world = openOutbox(folder.path);
    for (let n = 0; n < 3; n += 1) append(world);
    await using server = await listen([admit, problem("CHAIN_BROKEN")]);
    const sender = senderFor(world, server.baseUrl);
    expect(await drainOutbox(sender)).toBe("empty");
    expect(server.received.map(seqOf)).toEqual([0, 1]);
    expect(world.outbox.counts()).toMatchObject({ pending: 0, admitted: 1, refused: 2 });
    expect(append(world).body.seq).toBe(1);
    expect(await drainOutbox(sender)).toBe("empty");
    expect(server.received.map(seqOf)).toEqual([0, 1, 1]);
    world.database.close();
  });
});
