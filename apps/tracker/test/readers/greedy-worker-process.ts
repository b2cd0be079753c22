// A reader whose worker takes all the memory it can get.
import { Worker } from "node:worker_threads";

new Worker("const all = []; setInterval(() => all.push(new Uint8Array(2 ** 25).fill(1)), 50)", { eval: true });
