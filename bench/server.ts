// `node tools/run.mjs node bench/server.ts`: start of the server, registration of records, idle use.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createApi, deviceRoutes, evidenceRoutes } from "@underseal/api";
import { drawCommitment, roundAt, signingKeyOf, signStatement } from "@underseal/evidence";
import { bytesToBase64Url, createId, createSystemRandom, type DeviceId, reveal } from "@underseal/foundation";
import {
  agreeOnTerms,
  certifyWaitingDevice,
  createDeviceCode,
  createParty,
  type Party,
} from "../apps/cli/src/demo/parties.ts";
import { must } from "../apps/cli/src/demo/session.ts";
import { startMeasured, usageOf } from "./processes.ts";
import { median, quantile, row } from "./statistics.ts";

const STARTS = 5;
const RECORDS = 180;
const IDLE_SECONDS = 20;

const random = createSystemRandom();
const clock = { now: () => Date.now(), monotonicMs: () => performance.now() };

const startServer = (dataDir: string) =>
  startMeasured(["start"], {
    env: { UNDERSEAL_DATA_DIR: dataDir, UNDERSEAL_PORT: "0", UNDERSEAL_LOG_LEVEL: "error", UNDERSEAL_RATE_LIMIT: "0" },
    ready: "running at",
  });

const measureStarts = async (): Promise<string> => {
  const first: number[] = [];
  const warm: number[] = [];
  let dataDir = "";
  for (let i = 0; i < STARTS; i += 1) {
    if (dataDir !== "") await rm(dataDir, { recursive: true });
    dataDir = await mkdtemp(path.join(os.tmpdir(), "underseal-bench-"));
    for (const times of [first, warm]) {
      const server = await startServer(dataDir);
      times.push(server.readyMs);
      await server.stop();
    }
  }
  row("server start, first (initdb, migrations)", `${(median(first) / 1000).toFixed(1)} s`, `median of ${STARTS}`);
  row("server start, later", `${(median(warm) / 1000).toFixed(1)} s`, `median of ${STARTS}`);
  return dataDir;
};

/** A device without a screen: what it sends is signed for real. */
const enrolDevice = async (baseUrl: string, freelancer: Party) => {
  const deviceId = createId<DeviceId>({ clock, random });
  const key = signingKeyOf(random.bytes(32));
  const code = await createDeviceCode(freelancer);
  const api = createApi({ baseUrl, fetch, timeoutMs: 30_000 });
  await must(api, deviceRoutes.requestEnrolment, { body: { code, deviceId, sign: bytesToBase64Url(key.publicKey) } });
  await certifyWaitingDevice({ clock, random, baseUrl }, freelancer);
  return { deviceId, secretKey: reveal(key.secretKey), api };
};

/** `start` records: the one kind that can follow itself at any pace, admitted by the same checks as all. */
const measureRegistration = async (baseUrl: string): Promise<void> => {
  const deps = { clock, random, baseUrl };
  const client = await createParty(deps, { name: "Client", kind: "client" });
  const freelancer = await createParty(deps, { name: "Freelancer", kind: "freelancer" });
  const { contractId, terms, termsHash } = await agreeOnTerms(deps, { client, freelancer });
  const device = await enrolDevice(baseUrl, freelancer);
  let prev = bytesToBase64Url(new Uint8Array(32));
  const took: number[] = [];
  for (let seq = 0; seq < RECORDS; seq += 1) {
    const at = Math.floor(clock.now() / 1000);
    const record = signStatement(
      "start",
      {
        contract: contractId,
        terms: termsHash,
        device: device.deviceId,
        seq,
        prev,
        at,
        nonce: bytesToBase64Url(random.bytes(32)),
        beacon: { round: roundAt(terms.draw.beacon, at) },
        drawC: bytesToBase64Url(drawCommitment(random.bytes(32))),
      },
      [device.secretKey],
    );
    const startedMs = performance.now();
    await must(device.api, evidenceRoutes.registerStatement, { body: record.envelope });
    took.push(performance.now() - startedMs);
    prev = bytesToBase64Url(record.hash);
  }
  const floorMs = await measureFloor(baseUrl);
  const ratio = (median(took) / floorMs).toFixed(0);
  row(
    "registration of a record, p50",
    `${median(took).toFixed(0)} ms`,
    `${RECORDS} in a row, each until its log proof; ${ratio} × an empty request (${floorMs.toFixed(1)} ms)`,
  );
  row("registration of a record, p99", `${quantile(took, 0.99).toFixed(0)} ms`);
};

/** What a request costs that does nothing. */
const measureFloor = async (baseUrl: string): Promise<number> => {
  const took: number[] = [];
  for (let i = 0; i < RECORDS; i += 1) {
    const startedMs = performance.now();
    await (await fetch(`${baseUrl}/health/live`)).arrayBuffer();
    took.push(performance.now() - startedMs);
  }
  return median(took);
};

const measureIdle = async (pid: number): Promise<void> => {
  const before = usageOf(pid);
  await sleep(IDLE_SECONDS * 1000);
  const after = usageOf(pid);
  const share = ((after.cpuSeconds - before.cpuSeconds) / IDLE_SECONDS) * 100;
  row(
    "server idle, memory",
    `${after.memoryMiB.toFixed(0)} MiB`,
    `resident, ${after.processes} processes, PostgreSQL included`,
  );
  row("server idle, processor", `${share.toFixed(1)} % of one core`, `over ${IDLE_SECONDS} s`);
};

console.log("| what | value | how |\n|---|---|---|");
const dataDir = await measureStarts();
const server = await startServer(dataDir);
await measureRegistration(server.line.split(" ").at(-1) ?? "");
await measureIdle(server.child.pid ?? 0);
await server.stop();
await rm(dataDir, { recursive: true });
