// The promise "nothing that was accepted is lost", on the real thing: the tracker, on a real screen, is killed with
// -9 at ten random points of its work and started again.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { evidenceRoutes } from "@underseal/api";
import { readAnyStatement, readBundle } from "@underseal/evidence";
import { bytesToHex, dateOf, weekStartOf } from "@underseal/foundation";
import { verifyBundle } from "@underseal/verifier";
import { afterAll, beforeAll, expect, test } from "vitest";
import { agreeOnTerms, createParty, type DemoContract, fundDeposit, type Party } from "../src/demo/parties.ts";
import { must } from "../src/demo/session.ts";
import { type Stage, startStage } from "../src/demo/stage.ts";
import { enrolTracker } from "../src/demo/tracked-week.ts";
import { startTracker, type TrackerSettings } from "../src/demo/tracker-process.ts";

const KILLS = 10;
const KILL_AFTER_MS_MAX = 3_000;

const running = new AsyncDisposableStack();
let stage: Stage;
let client: Party;
let contract: DemoContract;
let tracker: TrackerSettings;

beforeAll(async () => {
  const workDir = await mkdtemp(path.join(os.tmpdir(), "underseal-kill-"));
  running.defer(() => rm(workDir, { recursive: true, force: true, maxRetries: 5 }));
  // As root the database runs as another user, who must be able to pass through.
  await chmod(workDir, 0o711);
  stage = await startStage(workDir, running);
  const deps = { clock: stage.clock, random: stage.random, baseUrl: stage.baseUrl };
  client = await createParty(deps, { name: "Client", kind: "client" });
  const freelancer = await createParty(deps, { name: "Freelancer", kind: "freelancer" });
  // Captures are rare here: killing should mostly hit the many small steps between them.
  contract = await agreeOnTerms(deps, { client, freelancer, odds: 400 });
  await fundDeposit(deps, client, contract);
  tracker = {
    serverUrl: stage.baseUrl,
    stateDir: path.join(workDir, "tracker"),
    clock: stage.clockSettings,
    display: process.env.DISPLAY ?? "",
  };
  await enrolTracker(deps, freelancer, tracker);
}, 120_000);

afterAll(() => running.disposeAsync());

/** Starts the tracker and resolves once `type` happened. */
const startUntil = async (type: "started" | "segment") => {
  const seen = Promise.withResolvers<void>();
  const process = startTracker(tracker, ["start", "--json"], (event) => {
    if (event.type === type) seen.resolve();
  });
  void process.ended.then((code) => seen.reject(new Error(`the tracker ended with ${code}: ${process.errors()}`)));
  await seen.promise;
  return process;
};

interface KeptRecord {
  readonly name: string;
  readonly hash: string;
  readonly state: string;
}

/** What the tracker's own disk says it accepted. */
const readOutbox = (): readonly KeptRecord[] => {
  const database = new DatabaseSync(path.join(tracker.stateDir, "outbox.sqlite"), { readOnly: true });
  const rows = database.prepare("select name, hash, state from record order by seq").all();
  database.close();
  return rows.map(({ name, hash, state }) => ({
    name: String(name),
    hash: bytesToHex(hash as Uint8Array),
    state: String(state),
  }));
};

test("a tracker killed ten times delivers every record it accepted exactly once", { timeout: 300_000 }, async () => {
  for (let kill = 0; kill < KILLS; kill += 1) {
    const process = await startUntil("started");
    await sleep(Math.random() * KILL_AFTER_MS_MAX);
    process.kill();
    await process.ended;
  }
  const last = await startUntil("segment");
  last.stop();
  expect(await last.ended).toBe(0);

  const kept = readOutbox();
  expect(kept.filter(({ state }) => state !== "admitted")).toEqual([]);
  expect(kept.filter(({ name }) => name === "start").length).toBeGreaterThanOrEqual(KILLS + 1);

  const week = dateOf(weekStartOf(stage.clock.now()));
  const params = { contractId: contract.contractId, week };
  const bytes = await must(client.session.api, evidenceRoutes.exportWeek, { params });
  const verdict = verifyBundle(bytes);
  expect(verdict).toMatchObject({ ok: true });

  const bundle = readBundle(bytes);
  const records = bundle.ok ? bundle.value.manifest.records : [];
  const delivered = records.map(({ envelope }) => {
    const statement = readAnyStatement(envelope);
    return statement.ok ? bytesToHex(statement.value.hash) : "unreadable";
  });
  expect(new Set(delivered).size).toBe(delivered.length);
  expect(new Set(delivered)).toEqual(new Set(kept.map(({ hash }) => hash)));
});
