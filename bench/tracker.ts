// `node tools/run.mjs node bench/tracker.ts`: what a tracker that runs in real time uses between captures.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createSystemRandom } from "@underseal/foundation";
import { startDisplay } from "@underseal/tracker";
import { agreeOnTerms, certifyWaitingDevice, createDeviceCode, createParty } from "../apps/cli/src/demo/parties.ts";
import { startMeasured, usageOf } from "./processes.ts";
import { row } from "./statistics.ts";

const IDLE_SECONDS = 60;
/** One capture in eight hours on average: what is measured is everything but captures. */
const ODDS = 9_600;

const random = createSystemRandom();
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
const directory = await mkdtemp(path.join(os.tmpdir(), "underseal-bench-"));
// The embedded PostgreSQL runs as another user when this runs as root, and must get through.
await chmod(directory, 0o711);
const server = await startMeasured(["start"], {
  env: { UNDERSEAL_DATA_DIR: path.join(directory, "server"), UNDERSEAL_PORT: "0", UNDERSEAL_LOG_LEVEL: "error" },
  ready: "running at",
});
const baseUrl = server.line.split(" ").at(-1) ?? "";
const deps = { clock, random, baseUrl };
const client = await createParty(deps, { name: "Client", kind: "client" });
const freelancer = await createParty(deps, { name: "Freelancer", kind: "freelancer" });
await agreeOnTerms(deps, { client, freelancer, odds: ODDS });
const screen = await startDisplay({ width: 1920, height: 1080 }, { PATH: process.env.PATH ?? "" });
if (!screen.ok) throw new Error(screen.error.message);
const env = {
  UNDERSEAL_SERVER: baseUrl,
  UNDERSEAL_TRACKER_DIR: path.join(directory, "tracker"),
  DISPLAY: screen.value.display,
};
const code = await createDeviceCode(freelancer);
const enrolling = startMeasured(["track", "enrol", code], { env, ready: "one of your devices" });
while (!(await certifyWaitingDevice(deps, freelancer))) await sleep(200);
await enrolling;

const tracker = await startMeasured(["track", "start"], { env, ready: "Tracking" });
await sleep(10_000);
const pid = tracker.child.pid ?? 0;
const before = usageOf(pid);
await sleep(IDLE_SECONDS * 1000);
const after = usageOf(pid);
const share = ((after.cpuSeconds - before.cpuSeconds) / IDLE_SECONDS) * 100;
console.log("| what | value | how |\n|---|---|---|");
row(
  "tracker, memory",
  `${after.memoryMiB.toFixed(0)} MiB`,
  `resident, ${after.processes} processes (daemon, input counter, its shell)`,
);
row("tracker, processor", `${share.toFixed(2)} % of one core`, `over ${IDLE_SECONDS} s of tracking without a capture`);
await tracker.stop();
await server.stop();
await screen.value.stop();
await rm(directory, { recursive: true });
