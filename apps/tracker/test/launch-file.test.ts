// The page that hands a launch token to the browser is on the disk no longer than the token is good for something.
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { MINUTE_MS } from "@underseal/foundation";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startResident } from "../src/daemon/resident.ts";
import { type DaemonClient, findDaemon } from "../src/loopback/client.ts";
import { writeLaunchFile } from "../src/loopback/launch-file.ts";
import { random, temporaryFolder } from "./outbox-world.ts";
import { residentDeps, startTestResident, type TestResident } from "./resident.ts";

let folder: ReturnType<typeof temporaryFolder>;
let daemon: TestResident;
let file = "";

beforeEach(async () => {
  folder = temporaryFolder();
  daemon = await startTestResident(folder.path);
  file = path.join(daemon.config.stateDir, "open.html");
});

afterEach(async () => {
  await daemon.resident.close();
  folder[Symbol.dispose]();
});

/** As `track open` does it; answers the token. */
const open = async (): Promise<string> => {
  const client: DaemonClient | null = await findDaemon(daemon.config.stateDir, { random });
  const launched = await client?.launch("/");
  const url = launched?.ok ? launched.value : expect.fail("the daemon launches its page");
  expect(await writeLaunchFile(daemon.config.stateDir, url)).toBe(file);
  expect(readFileSync(file, "utf8")).toContain(`content="0;url=${url}"`);
  return url.slice(url.indexOf("#") + 1);
};

/** As the page does it. */
const use = async (token: string): Promise<number> => {
  const origin = `http://127.0.0.1:${daemon.port}`;
  const headers = { origin, "content-type": "application/json" };
  const body = JSON.stringify({ token });
  return (await fetch(`${origin}/session`, { method: "POST", headers, body })).status;
};

test("it is private, and gone once its token was used", async () => {
  const token = await open();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(await use("A".repeat(43))).toBe(401);
  expect(existsSync(file)).toBe(true);
  expect(await use(token)).toBe(200);
  expect(existsSync(file)).toBe(false);
});

test("it is gone once its token is a minute old", async () => {
  await open();
  daemon.clock.advance(MINUTE_MS - 1);
  // Time enough to remove it, which takes a few turns.
  for (let turn = 0; turn < 100; turn += 1) await stat(daemon.config.stateDir);
  expect(existsSync(file)).toBe(true);
  daemon.clock.advance(1);
  await vi.waitFor(() => expect(existsSync(file)).toBe(false));
});

test("the end of an older token leaves the page of a newer one", async () => {
  const older = await open();
  daemon.clock.advance(MINUTE_MS / 2);
  const newer = await open();
  expect(await use(older)).toBe(200);
  expect(existsSync(file)).toBe(true);
  daemon.clock.advance(MINUTE_MS / 2);
  expect(await use(newer)).toBe(200);
  expect(existsSync(file)).toBe(false);
});

test("it is gone when the daemon ends, and what a killed one left when the next begins", async () => {
  await open();
  await daemon.resident.close();
  expect(existsSync(file)).toBe(false);
  writeFileSync(file, "of a daemon that was killed");
  const next = await startResident(daemon.config, residentDeps(daemon.clock));
  daemon = { ...daemon, resident: next.ok ? next.value : expect.fail(next.error.message) };
  expect(existsSync(file)).toBe(false);
});
