// A tracker that is killed with -9 again and again, while the relay of the beacon comes and goes: what it had accepted
// is whole, and the next start ends what was open.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { beaconKeyOf, type StatementBody } from "@underseal/evidence";
import { bytesToBase64Url, type ContractId, createTestRandom } from "@underseal/foundation";
import { expect, test } from "vitest";
import { createTrackerClock } from "../src/platform/clock.ts";
import { startRelay } from "./beacon-relay.ts";
import { NINE_MS, newId, openOutbox, readRecords, temporaryFolder } from "./outbox-world.ts";

const FACTOR = 60;
const KILLS = 6;
const secret = createTestRandom(5).bytes(32);

test("a kill -9 at any moment loses no record and leaves no run open for longer than to the next start", async () => {
  using folder = temporaryFolder();
  const contract = newId<ContractId>();
  const genesis = NINE_MS / 1000 - 3_600;
  const settings = { realStartMs: Date.now(), simulatedStartMs: NINE_MS, factor: FACTOR };
  const clock = createTrackerClock(settings);
  const chain = { publicKey: beaconKeyOf(secret), genesis, period: 10 };
  await using relay = await startRelay({ chain, secret, nowMs: () => clock.now() });
  const events: string[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const program = path.join(import.meta.dirname, "tracked-process.ts");
    const args = [folder.path, relay.baseUrl, JSON.stringify({ ...settings, genesis }), contract];
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const lines = createInterface({ input: child.stdout });
    let seen = 0;
    for await (const line of lines) {
      events.push(String(JSON.parse(line).type));
      seen += 1;
      relay.mood = seen % 4 < 2 ? "honest" : "dead";
      if (seen >= 5 + 2 * kill) break;
    }
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  const world = openOutbox(folder.path);
  const records = readRecords(world.database);
  let prev = bytesToBase64Url(new Uint8Array(32));
  let open = 0;
  for (const [index, { name, body, hash }] of records.entries()) {
    expect(body).toMatchObject({ seq: index, prev });
    prev = bytesToBase64Url(hash);
    if (name === "start") open += 1;
    if (name === "segment" && (body as StatementBody<"segment">).stop) open -= 1;
    expect([0, 1]).toContain(open);
  }
  const told = (type: string) => events.filter((event) => event === type).length;
  const made = (name: string) => records.filter((record) => record.name === name).length;
  // An event is told after its record is on the disk: never more told than made, and hardly more made than told.
  for (const [type, name] of [
    ["started", "start"],
    ["captured", "capture"],
    ["segment", "segment"],
  ] as const) {
    expect(made(name)).toBeGreaterThanOrEqual(told(type));
    expect(made(name) - told(type)).toBeLessThanOrEqual(KILLS * 3);
  }
  expect(told("beacon-lost")).toBeGreaterThan(0);
  world.database.close();
}, 120_000);
