// `node tools/run.mjs node bench/admission.ts [mix|captures|batch]`: how many statements a second are admitted over
// HTTP, each with everything that admission is: signature, chain, time and draw checks, the log's proof in the answer,
// fsync on. The server (a process of its own, with its embedded PostgreSQL) and the generator share the machine; every
// connection is a device with a chain of its own, which sends a record when the one before is answered. Records are
// signed beforehand. In the same run: what OpenSSL verifies and what PostgreSQL takes in batches, as ceilings.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Statement } from "@underseal/evidence";
import { measureInserts, measureVerify } from "./admission/ceilings.ts";
import { firstPosition, signCaptures, signMix } from "./admission/records.ts";
import { createWorld, environmentOf } from "./admission/world.ts";
import { cpuSplitOf, startMeasured } from "./processes.ts";
import { median, row } from "./statistics.ts";

const RUNS = Number(process.env.BENCH_RUNS ?? 3);
const FREELANCERS = Number(process.env.BENCH_FREELANCERS ?? 64);
const DEVICES_EACH = Number(process.env.BENCH_DEVICES ?? 8);
const RECORDS_EACH = Number(process.env.BENCH_RECORDS ?? 60);
const BATCH = 32;

const kind = process.argv[2] ?? "mix";
const dataDir = await mkdtemp(path.join(os.tmpdir(), "underseal-bench-"));
const log = (text: string): void => console.error(text);

log(`making ${FREELANCERS} freelancers with ${DEVICES_EACH} devices each`);
const world = await createWorld(dataDir, { freelancers: FREELANCERS, devicesEach: DEVICES_EACH });
const sign = kind === "mix" ? signMix : signCaptures;
const positions = world.chains.map(firstPosition);

const writeRun = async (): Promise<{ readonly file: string; readonly records: number }> => {
  const file = path.join(dataDir, "run.ndjson");
  const signed = world.chains.map((chain, i) => sign(world, chain, positions[i] ?? firstPosition(), RECORDS_EACH));
  await writeFile(file, signed.map((records) => JSON.stringify(bodiesOf(records))).join("\n"));
  return { file, records: signed.reduce((sum, records) => sum + records.length, 0) };
};

const bodiesOf = (records: readonly Statement[]): string[] => {
  if (kind !== "batch") return records.map(({ envelope }) => JSON.stringify(envelope));
  return Array.from({ length: Math.ceil(records.length / BATCH) }, (_, i) =>
    JSON.stringify(records.slice(i * BATCH, (i + 1) * BATCH).map(({ envelope }) => envelope)),
  );
};

interface Run {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly cpu: { readonly server: number; readonly database: number; readonly generator: number };
}

const GENERATOR = path.join(import.meta.dirname, "admission/generator.ts");

const measure = async (port: string, serverPid: number): Promise<Run> => {
  const { file, records } = await writeRun();
  const route = kind === "batch" ? "/v1/statements/batch" : "/v1/statements";
  const generator = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", GENERATOR, port, file, route], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: generator.stdout });
  await once(lines, "line");
  const before = cpuSplitOf(serverPid);
  generator.stdin.write("go\n");
  const [line] = (await once(lines, "line")) as [string];
  const after = cpuSplitOf(serverPid);
  const result = JSON.parse(line);
  if (result.failure !== null) throw new Error(`not all were admitted: ${JSON.stringify(result)}`);
  const share = (seconds: number) => seconds / result.seconds;
  return {
    rate: records / result.seconds,
    p50: result.p50,
    p99: result.p99,
    cpu: {
      server: share(after.own - before.own),
      database: share(after.children - before.children),
      generator: share(result.cpuSeconds),
    },
  };
};

const server = await startMeasured(["start"], {
  env: { ...environmentOf(dataDir), NODE_OPTIONS: process.env.BENCH_NODE_OPTIONS ?? "" },
  ready: "running at",
});
const port = new URL(server.line.split(" ").at(-1) ?? "").port;
const runs: Run[] = [];
try {
  for (let i = 0; i < RUNS; i += 1) {
    const run = await measure(port, server.child.pid ?? 0);
    log(JSON.stringify(run));
    runs.push(run);
  }
} finally {
  await server.stop();
}

const of = (pick: (run: Run) => number): number => median(runs.map(pick));
const cores = (pick: (cpu: Run["cpu"]) => number): string => of(({ cpu }) => pick(cpu)).toFixed(2);
console.log("| what | value | how |\n|---|---|---|");
row(
  `admission over HTTP, ${kind}`,
  `${of(({ rate }) => rate).toFixed(0)} statements/s`,
  `median of ${RUNS} runs; ${world.chains.length} devices at once, proofs in the answers, fsync on`,
);
row("latency p50", `${of(({ p50 }) => p50).toFixed(0)} ms`, kind === "batch" ? `of requests of ${BATCH} records` : "");
row("latency p99", `${of(({ p99 }) => p99).toFixed(0)} ms`);
row(
  "processors",
  `server ${cores(({ server: it }) => it)}, PostgreSQL ${cores(({ database }) => database)}, generator ${cores(({ generator }) => generator)}`,
  "cores in use, on average",
);
const eachMs = (pick: (cpu: Run["cpu"]) => number): string =>
  of(({ cpu, rate }) => (pick(cpu) / rate) * 1_000).toFixed(2);
row(
  "processor time for each statement",
  `server ${eachMs(({ server: it }) => it)} ms, PostgreSQL ${eachMs(({ database }) => database)} ms`,
  "what others on the machine take does not count here",
);
row("ceiling: OpenSSL verifies", `${measureVerify().toFixed(0)} signatures/s`, "one thread, nothing else running");
row(
  "ceiling: PostgreSQL inserts",
  `${(await measureInserts(dataDir)).toFixed(0)} records/s`,
  "batches of 256, fsync on",
);
await rm(dataDir, { recursive: true });
