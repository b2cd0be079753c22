// `node tools/run.mjs node bench/log.ts [small] [large]`: whether the log slows as it grows. Two logs side by side, one
// ten times the other; the runs take turns, so that whatever else the machine does meets both.
import { rm } from "node:fs/promises";
import { assert, createSystemRandom } from "@underseal/foundation";
import { TILE_WIDTH, tilePath, verifierKeyOf, verifyTlogProof } from "@underseal/tlog";
import { sql } from "kysely";
import { appendBatch, BATCH_MAX } from "../apps/server/src/log/append.ts";
import { readLogFile } from "../apps/server/src/log/files.ts";
import { proveEntries } from "../apps/server/src/log/proofs.ts";
import { takeLease } from "../apps/server/src/log/store/lease.ts";
import { readEntries } from "../apps/server/src/log/store/tree.ts";
import { startEmbeddedPostgres } from "../apps/server/src/platform/postgres/embedded.ts";
import { systemActor, transact } from "../apps/server/src/platform/postgres/transact.ts";
import { createTestDir } from "../apps/server/test/support/database.ts";
import { median, quantile } from "./statistics.ts";
import { createLog, type SyntheticLog, signer, subjectAt } from "./synthetic-log.ts";

const [small = 1_000_000, large = 10_000_000] = process.argv.slice(2).map(Number);
const RUNS = 9;
/** More than the chains, so that each run appends to all of them. */
const BATCHES_PER_RUN = 40;
const READS_PER_RUN = 200;
const GROWTH_MAX = 1.2;

const random = createSystemRandom();
const randomBelow = (limit: number): number =>
  Math.floor((random.bytes(6).reduce((n, b) => n * 256 + b, 0) / 2 ** 48) * limit);

interface Measured {
  readonly log: SyntheticLog;
  readonly term: number;
  size: number;
  /** Milliseconds, by what was measured, of all runs; and the median of each run. */
  readonly times: Map<string, number[]>;
  readonly medians: Map<string, number[]>;
}

const open = async (log: SyntheticLog): Promise<Measured> => {
  const term = await transact(log.database, systemActor, (transaction) =>
    takeLease(transaction, { holder: "bench", leaseMs: 86_400_000 }),
  );
  assert(term !== null, "nobody else writes this log");
  return { log, term, size: log.size, times: new Map(), medians: new Map() };
};

const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
};

const note = ({ times, medians }: Measured, name: string, took: readonly number[]): void => {
  times.set(name, [...(times.get(name) ?? []), ...took]);
  medians.set(name, [...(medians.get(name) ?? []), median(took)]);
};

/** What waits is put there beforehand: measured is what the log itself does. */
const measureAppend = async (measured: Measured): Promise<void> => {
  const { database } = measured.log;
  const count = BATCHES_PER_RUN * BATCH_MAX;
  const subjects = Array.from({ length: count }, (_, i) => subjectAt(measured.size + i));
  await transact(database, systemActor, (transaction) =>
    sql`insert into log_queue (subject, entry)
      select subject, sha256(subject) from unnest(${subjects}::bytea[]) as subject`.execute(transaction),
  );
  const took: number[] = [];
  const batch = { signer, term: measured.term };
  for (let i = 0; i < BATCHES_PER_RUN; i += 1) {
    took.push(await timed(() => transact(database, systemActor, (transaction) => appendBatch(transaction, batch))));
  }
  measured.size += count;
  note(measured, "append of a batch of 256", took);
};

const measureReads = async (
  measured: Measured,
  name: string,
  read: (transaction: Parameters<typeof proveEntries>[0], index: number) => Promise<unknown>,
): Promise<void> => {
  const took: number[] = [];
  for (let i = 0; i < READS_PER_RUN; i += 1) {
    const index = randomBelow(measured.log.size);
    took.push(await timed(() => transact(measured.log.database, systemActor, (t) => read(t, index))));
  }
  note(measured, name, took);
};

const run = async (measured: Measured): Promise<void> => {
  await measureAppend(measured);
  await measureReads(measured, "proof of any entry", (t, index) => proveEntries(t, [subjectAt(index)]));
  await measureReads(measured, "proof of a new entry", (t, index) =>
    proveEntries(t, [subjectAt(measured.size - 1 - (index % BATCH_MAX))]),
  );
  const tiles = Math.floor(measured.log.size / TILE_WIDTH);
  for (const [name, level] of [
    ["tile of hashes", 0],
    ["bundle of entries", "entries"],
  ] as const) {
    await measureReads(measured, name, async (t, index) => {
      const file = await readLogFile(t, tilePath({ level, index: index % tiles, width: TILE_WIDTH }));
      assert(file !== null, "a whole tile is there");
    });
  }
};

/** That what is measured is the real thing. */
const check = async ({ log, size }: Measured): Promise<void> => {
  for (const index of [0, log.size - 1, log.size, size - 1]) {
    const [entry, text] = await transact(log.database, systemActor, async (t) => {
      const [found] = await readEntries(t, { from: index, to: index + 1 });
      return [found, (await proveEntries(t, [subjectAt(index)]))[0]] as const;
    });
    const claim = { text: text ?? "", entry: entry ?? new Uint8Array(), logKeys: [verifierKeyOf(signer)] };
    const verified = verifyTlogProof(claim);
    assert(verified.ok && verified.value.index === index, "the entry is proved where it stands");
  }
};

const say = (text: string): void => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);

const directory = await createTestDir();
const postgres = await startEmbeddedPostgres({ dataDir: directory, random });
assert(postgres.ok, postgres.ok ? "" : postgres.error.message);
try {
  const measured: Measured[] = [];
  for (const size of [small, large]) {
    say(`filling a log of ${size} entries`);
    measured.push(await open(await createLog(postgres.value.url, size)));
  }
  // The first run finds cold caches and full pages; it is not counted.
  for (const each of measured) await run(each);
  for (const { times, medians } of measured) for (const map of [times, medians]) map.clear();
  for (let i = 0; i < RUNS; i += 1) {
    say(`run ${i + 1} of ${RUNS}`);
    for (const each of i % 2 === 0 ? measured : measured.toReversed()) await run(each);
  }
  for (const each of measured) await check(each);
  report(measured);
  for (const { log } of measured) await log.database.close();
} finally {
  await postgres.value.stop();
  await rm(directory, { recursive: true });
}

function report([first, second]: readonly Measured[]): void {
  assert(first !== undefined && second !== undefined, "two logs were measured");
  const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} ms`;
  console.log(
    `| what | ${small} entries: median, p99 | ${large} entries: median, p99 | growth of the median |\n|---|---|---|---|`,
  );
  for (const [name, firstMedians] of first.medians) {
    // The median of the runs' medians: one run that met a busy machine does not decide.
    const [a, b] = [median(firstMedians), median(second.medians.get(name) ?? [])];
    const p99 = [first, second].map(({ times }) => ms(quantile(times.get(name) ?? [], 0.99)));
    const growth = b / a;
    if (growth > GROWTH_MAX) process.exitCode = 1;
    console.log(`| ${name} | ${ms(a)}, ${p99[0]} | ${ms(b)}, ${p99[1]} | ${((growth - 1) * 100).toFixed(0)} % |`);
    if (name.startsWith("append")) {
      const rate = (value: number) => Math.round((BATCH_MAX * 1_000) / value);
      console.log(`| entries appended per second | ${rate(a)} | ${rate(b)} | |`);
    }
  }
}
