// Starts PostgreSQL on the directory of the first argument, prints its address, and stays until killed.
import { createSystemRandom } from "@underseal/foundation";
import { startEmbeddedPostgres } from "../../src/platform/postgres/embedded.ts";

const started = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? "", random: createSystemRandom() });
console.log(started.ok ? started.value.url : started.error.message);
setInterval(() => {}, 1_000);
