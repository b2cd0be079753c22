// A server reduced to its log, for the tests that kill it: logs random entries from several requests at once and
// prints each one it has a proof for.
import { assert, bytesToHex, createSystemRandom } from "@underseal/foundation";
import { openDatabase } from "../../src/platform/postgres/database.ts";
import { enqueue, openTestLog, subjectOf } from "./support.ts";

const [, , url, leaseMs] = process.argv;
assert(url !== undefined, "the test gives an address");
const random = createSystemRandom();
// Whoever sleeps through its transactions loses connections.
const opened = await openDatabase(url, { random, onFault: () => {} });
assert(opened.ok, "the test's database is there");
const database = opened.value;
const log = await openTestLog(database, { leaseMs: Number(leaseMs ?? 1_000) });

const writeForever = async (): Promise<never> => {
  for (;;) {
    const entry = random.bytes(32);
    try {
      await enqueue(database, log, [entry]);
    } catch {
      continue;
    }
    const proof = await log.waitForProof(subjectOf(entry), 10_000);
    if (proof !== null) process.stdout.write(`${bytesToHex(entry)}\n`);
  }
};
await Promise.all(Array.from({ length: 8 }, writeForever));
