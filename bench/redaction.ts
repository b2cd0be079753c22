// `node tools/run.mjs node bench/redaction.ts work|frozen [--policy strict] [--images N] [--attack] [--show] [--cost]`: what a
// redaction hides and leaves on invented screens whose every sensitive item is known. Prints markdown. Screens are
// kept in the folder that `BENCH_SCREENS` names, else in one that is removed at the end. `--show` lists what leaked,
// of `work` only: see `redaction/frozen/set.ts`. `--cost` measures time and memory by the size of the desk, and nothing else.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { policies } from "@underseal/redaction";
import { measureSizes } from "./redaction/cost.ts";
import { measurePolicy } from "./redaction/measure.ts";
import { planScreens } from "./redaction/plan.ts";
import { makeScreens, pickEvenly } from "./redaction/screens.ts";

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    policy: { type: "string" },
    images: { type: "string" },
    attack: { type: "boolean", default: false },
    show: { type: "boolean", default: false },
    cost: { type: "boolean", default: false },
  },
});

const setName = positionals[0] ?? "work";
const asked = policies.filter((policy) => values.policy === undefined || policy === values.policy);
if (asked.length === 0) throw new Error(`the policies are ${policies.join(", ")}`);
if (setName === "frozen" && values.show) throw new Error("what leaks in the frozen set is not for looking at");

// The frozen set is loaded only by whoever asks for it.
const set =
  setName === "frozen"
    ? (await import("./redaction/frozen/set.ts")).frozenSet
    : (await import("./redaction/work.ts")).workSet;
if (set.name !== setName) throw new Error('the sets are "work" and "frozen"');

const print = (text: string): void => console.log(text);
const log = (text: string): void => console.error(text);
const kept = process.env.BENCH_SCREENS;
const folder = kept ?? (await mkdtemp(path.join(os.tmpdir(), "underseal-screens-")));
try {
  const plans = pickEvenly(planScreens(set), Number(values.images ?? Number.POSITIVE_INFINITY));
  const screens = values.cost ? [] : await makeScreens(plans, { folder, log });
  console.log(`Set \`${set.name}\`: ${plans.length} screens.`);
  for (const policy of asked) {
    console.log(`\n## ${policy}\n`);
    if (values.cost) await measureSizes(plans, policy, { folder, log, print });
    else await measurePolicy(screens, { policy, attack: values.attack, show: values.show, print });
  }
} finally {
  if (kept === undefined) await rm(folder, { recursive: true });
}
