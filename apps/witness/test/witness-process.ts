// A witness in a process of its own, for tests that kill it: at once, at the moment it signs for the n-th time
// (before anything is written), or at the moment it has written and not yet answered.
import { createSystemRandom } from "@underseal/foundation";
import { startWitness } from "../src/index.ts";

const [config = "", dieWhen = "never", times = "1"] = process.argv.slice(2);
let left = Number(times);
const step = (name: string): void => {
  if (name === dieWhen && --left === 0) process.kill(process.pid, "SIGKILL");
};
const clock = {
  now: () => {
    step("signing");
    return Date.now();
  },
  monotonicMs: () => performance.now(),
};
const witness = await startWitness(JSON.parse(config), {
  clock,
  random: createSystemRandom(),
  onEvent: ({ type }) => step(type),
});
console.log(witness.ok ? `${witness.value.url} ${witness.value.verifierKey}` : witness.error.message);
