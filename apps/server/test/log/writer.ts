// A server reduced to its log, for the test that kills it: logs random entries from several requests at once and
// prints each one it has a proof for.
import { assert, bytesToHex, createSystemRandom } from "@underseal/foundation";
import { openDatabase } from "../../src/platform/postgres/database.ts";
import { enqueue, openTestLog, subjectOf } from "./support.ts";

const [, , url] = process.argv;
assert(url !== undefined, "the test gives an address");
const random = createSystemRandom();
const opened = await openDatabase(url, { random });
assert(opened.ok, "the test's database is there");
const database = opened.value;
const log = await openTestLog(database);

const writeForever = async (): Promise<never> => {
  for (;;) {
    const entry = random.bytes(32);
    await enqueue(database, log, [entry]);
    const proof = await log.waitForProof(subjectOf(entry), 10_000);
    if (proof !== null) process.stdout.write(`${bytesToHex(entry)}\n`);
  }
};
await Promise.all(Array.from({ length: 8 }, writeForever));
