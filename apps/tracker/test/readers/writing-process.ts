// A reader with a library that keeps a copy of the picture beside it.
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";

const picture = await buffer(process.stdin);
const file = path.join(os.tmpdir(), `underseal-written-${process.pid}`);
try {
  writeFileSync(file, picture);
} catch {
  // What the kernel let through is nothing, so this says that it was refused.
  if (readFileSync(file).length === 0) process.exit(1);
}
process.stdout.write(`${JSON.stringify({ value: { hidden: [], degraded: null } })}\n`, () => process.exit(0));
