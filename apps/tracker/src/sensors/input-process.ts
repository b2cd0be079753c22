// The child process that counts input. It answers each line on stdin with one line of counts on stdout, and ends when
// stdin does: it cannot outlive whoever asks. Its native library ends it when the display goes.
import { createInterface } from "node:readline";
import { startInputCounts } from "./input-counts.ts";

const input = startInputCounts();
// The first line says that counting has begun.
console.log(JSON.stringify(input.takeCounts()));
for await (const _ of createInterface({ input: process.stdin })) console.log(JSON.stringify(input.takeCounts()));
input.stop();
process.exit(0);
