import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLogger } from "../../src/platform/logger.ts";
import { startServer } from "../../src/start.ts";
import { createTestDatabase, createTestDir, type TestDatabase } from "../support/database.ts";
import { createBrowser, startTestServer, testConfig, testDeps } from "../support/server.ts";

let db: TestDatabase;
let dataDir: string;
beforeAll(async () => {
  db = await createTestDatabase({ migrated: false });
  dataDir = await createTestDir();
});
afterAll(async () => {
  await db.stop();
  await rm(dataDir, { recursive: true });
});

test("on its own PostgreSQL it starts, serves, stops, and starts again with what it knew", async () => {
  const config = testConfig({ databaseUrl: null, dataDir: path.join(dataDir, "own") });
  const first = await startTestServer(config);
  const person = { email: "ada@example.org", password: "correct horse battery", name: "Ada", kind: "client" };
  expect((await createBrowser(first.url).send("POST", "/v1/sign-up", person)).status).toBe(201);
  const occupied = await startServer(config, testDeps());
  expect(occupied).toMatchObject({ ok: false, error: { code: "OCCUPIED" } });
  await first.stop();

  const second = await startTestServer(config);
  expect((await createBrowser(second.url).send("GET", "/health/ready")).json).toEqual({ status: "ready" });
  expect((await createBrowser(second.url).send("POST", "/v1/sign-up", person)).json.code).toBe("EMAIL_TAKEN");
  await second.stop();
  await expect(fetch(second.url)).rejects.toThrow();
});

test("two servers on one database and directory start at once and both serve", async () => {
  const config = testConfig({ databaseUrl: db.url, dataDir: path.join(dataDir, "shared") });
  const servers = await Promise.all([startTestServer(config), startTestServer(config)]);
  for (const { url } of servers) expect((await createBrowser(url).send("GET", "/health/ready")).status).toBe(200);
  await Promise.all(servers.map(({ stop }) => stop()));
});

test("an occupied port is one error with a remedy, and nothing is left running", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const address = other.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const config = testConfig({ databaseUrl: null, dataDir: path.join(dataDir, "port"), port });
  expect(await startServer(config, testDeps())).toMatchObject({
    ok: false,
    error: { code: "PORT_OCCUPIED", message: expect.stringMatching(/UNDERSEAL_PORT/) },
  });
  await new Promise((resolve) => other.close(resolve));
  // The same directory and port are free at once.
  await (await startTestServer(config)).stop();
});

test.each([
  ["a host that is not ours", { host: "192.0.2.1" }, "HOST_UNKNOWN"],
  ["a database that is away", { databaseUrl: "postgres://a:hunter2@127.0.0.1:1/b" }, "DATABASE_UNREACHABLE"],
])("%s is one error with a remedy", async (_name, change, code) => {
  const config = { ...testConfig({ databaseUrl: db.url, dataDir: path.join(dataDir, "shared") }), ...change };
  const started = await startServer(config, testDeps());
  expect(started).toMatchObject({ ok: false, error: { code } });
  expect(started.ok ? "" : started.error.message).toMatch(/^(?!.*hunter2).*(UNDERSEAL_|DATABASE_)/);
});

test("a data directory that cannot be made is one error with a remedy", async () => {
  const file = path.join(dataDir, "file");
  await writeFile(file, "");
  for (const databaseUrl of [null, db.url]) {
    expect(await startServer(testConfig({ databaseUrl, dataDir: path.join(file, "data") }), testDeps())).toMatchObject({
      ok: false,
      error: { code: "DATA_DIR_UNWRITABLE", message: expect.stringContaining("UNDERSEAL_DATA_DIR") },
    });
  }
});

test("the log of a whole conversation holds no content", async () => {
  const lines: string[] = [];
  const logger = createLogger({ level: "debug", destination: { write: (line) => void lines.push(line) } });
  const server = await startTestServer(
    testConfig({ databaseUrl: db.url, dataDir: path.join(dataDir, "shared") }),
    testDeps({ logger }),
  );
  const browser = createBrowser(server.url);
  const canary = {
    email: "canary-mail@example.org",
    password: "canary-password-1",
    name: "Canary-Name",
    kind: "client",
  };
  await browser.send("POST", "/v1/sign-up?canary-query=1", canary);
  await browser.send("POST", "/v1/sign-up", canary);
  await browser.send("POST", "/api/auth/sign-in/email", canary);
  await browser.send("GET", "/v1/me?canary-query=2");
  await browser.send("GET", "/canary-path");
  await browser.send("POST", "/v1/sign-up", '{"canary":');
  await server.stop();
  const written = lines.join("");
  expect(written).toContain("/v1/me");
  expect(written).not.toMatch(/canary/i);
  for (const value of [...browser.cookies.values(), server.setupUrl?.split("#")[1] ?? "-"])
    expect(written).not.toContain(value);
});
