// The command line's side of the daemon: whom it believes, what it tells whom, and what it makes of odd answers.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import path from "node:path";
import { promisify } from "node:util";
import { base64UrlToBytes, redact } from "@underseal/foundation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findDaemon } from "../src/loopback/client.ts";
import { proofFor } from "../src/loopback/owner-secret.ts";
import { random, temporaryFolder } from "./outbox-world.ts";
import { startTestResident, type TestResident } from "./resident.ts";

const folder = temporaryFolder();
let daemon: TestResident;

beforeAll(async () => {
  daemon = await startTestResident(folder.path);
});

afterAll(async () => {
  await daemon.resident.close();
  folder[Symbol.dispose]();
});

const endpoint = (): string => readFileSync(path.join(daemon.config.stateDir, "daemon.json"), "utf8");

const deps = { random };

test("finds the daemon, which proves itself", async () => {
  const found = await findDaemon(daemon.config.stateDir, deps);
  expect(found).toMatchObject({ url: `http://127.0.0.1:${daemon.port}`, pid: process.pid });
  expect(await found?.snapshot()).toMatchObject({ ok: true, value: { state: "stopped" } });
});

/** A program that took the port of a dead daemon, and a state directory where that one's file lies. */
const startThief = async (answer: RequestListener) => {
  const place = temporaryFolder();
  const thief = createServer(answer);
  await new Promise<void>((resolve) => thief.listen(0, "127.0.0.1", resolve));
  const address = thief.address();
  const port = typeof address === "object" ? address?.port : 0;
  const left = { ...JSON.parse(endpoint()), port };
  writeFileSync(path.join(place.path, "daemon.json"), JSON.stringify(left), { mode: 0o600 });
  return {
    stateDir: place.path,
    [Symbol.dispose]: () => {
      thief.closeAllConnections();
      thief.close();
      place[Symbol.dispose]();
    },
  };
};

test("tells a program that took a dead daemon's port nothing, and does not believe it", async () => {
  const heard: string[] = [];
  using thief = await startThief((request, response) => {
    heard.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`);
    response.end(JSON.stringify({ proof: "A".repeat(43), state: "tracking" }));
  });
  expect(await findDaemon(thief.stateDir, deps)).toBeNull();
  expect(heard).toEqual(["GET /daemon "]);
});

test("believes no program that answers without end", async () => {
  using thief = await startThief((_, response) => {
    const piece = new Uint8Array(64 * 1024);
    const more = () => {
      while (response.write(piece));
    };
    response.on("drain", more);
    more();
  });
  expect(await findDaemon(thief.stateDir, deps)).toBeNull();
});

test("waits for no program that answers in another protocol", async () => {
  using thief = await startThief((_, response) => {
    response.writeHead(101, { connection: "upgrade", upgrade: "another" }).end();
  });
  expect(await findDaemon(thief.stateDir, deps)).toBeNull();
});

/** The answer to `snapshot` of a program that proves itself and then says this. */
const snapshotSaid = async (text: string) => {
  const known = redact(base64UrlToBytes(JSON.parse(endpoint()).secret) ?? new Uint8Array());
  using program = await startThief(({ url, headers }, response) => {
    const proof = proofFor(known, String(headers["underseal-challenge"]));
    response.end(url === "/daemon" ? JSON.stringify({ proof }) : text);
  });
  return await (await findDaemon(program.stateDir, deps))?.snapshot();
};

test.each(["", "<html>", "null", '"tracking"'])("says in plain words that %j is no answer", async (text) => {
  const message = "the tracker does not answer (what came is not an answer of this program)";
  expect(await snapshotSaid(text)).toEqual({ ok: false, error: { message } });
});

test("reads a snapshot with the memos of many contracts", async () => {
  const text = JSON.stringify({ memos: Array.from({ length: 1_000 }, () => "é".repeat(1_000)) });
  const said = await snapshotSaid(text);
  // Shown short where it is not so.
  expect(said?.ok ? JSON.stringify(said.value) === text : said?.error).toBe(true);
});

test("asks it directly where programs are told to use a proxy, which hears nothing of it", async () => {
  const heard: string[] = [];
  const hear = ({ method, url }: IncomingMessage) => void heard.push(`${method} ${url}`);
  const proxy = createServer((request, response) => {
    hear(request);
    response.end("{}");
  });
  proxy.on("connect", (request, socket) => {
    hear(request);
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  const proxyUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  const env = { PATH: process.env.PATH, NODE_USE_ENV_PROXY: "1", HTTP_PROXY: proxyUrl, http_proxy: proxyUrl };
  const program = path.join(import.meta.dirname, "asking-process.ts");
  const ask = (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...args], { env });
  expect((await ask(daemon.config.stateDir)).stdout).toBe("stopped\n");
  expect(heard).toEqual([]);
  // The proxy is really in use: what is meant for another server goes there.
  await ask(daemon.config.stateDir, "http://platform.example/");
  expect(heard.length).toBeGreaterThan(0);
  proxy.closeAllConnections();
  proxy.close();
});

test.each([
  ["nothing", null],
  ["half a file", '{"port":1'],
  ["another secret's length", '{"port":1,"pid":1,"startedAtMs":1,"secret":"AAAA"}'],
  ["a port where nobody listens", `{"port":1,"pid":1,"startedAtMs":1,"secret":"${"A".repeat(43)}"}`],
])("finds no daemon where a dead one left %s", async (_, left) => {
  using place = temporaryFolder();
  if (left !== null) writeFileSync(path.join(place.path, "daemon.json"), left);
  expect(await findDaemon(place.path, deps)).toBeNull();
});
