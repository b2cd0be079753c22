// A reader whose worker runs into the limit of its heap and is ended.
import { Worker } from "node:worker_threads";

const worker = new Worker("const all = []; for (;;) all.push(new Array(1_000).fill({}))", {
  eval: true,
  resourceLimits: { maxOldGenerationSizeMb: 16 },
});
worker.on("error", () => process.exit(1));
