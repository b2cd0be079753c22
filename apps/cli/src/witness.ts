import { createSystemRandom } from "@underseal/foundation";
import { POLICY_CHARS_MAX } from "@underseal/tlog";
import { startWitness, type WitnessEvent } from "@underseal/witness";
import { aborted, createStopSignal, fail } from "./console.ts";
import { createSystemClock } from "./platform/clock.ts";
import { readTextFile } from "./text-file.ts";

export interface WitnessOptions {
  readonly name: string;
  readonly logs: string;
  readonly data: string;
  readonly host: string;
  readonly port: number;
}

/** `underseal witness`: until Ctrl-C. */
export const runWitness = async (options: WitnessOptions): Promise<void> => {
  const signal = createStopSignal();
  const logs = await readTextFile(options.logs, {
    maxBytes: POLICY_CHARS_MAX,
    what: "list of logs",
    remedy: "give each log a line `log <verifier key>`",
  });
  const config = { dataDir: options.data, name: options.name, host: options.host, port: options.port, logs };
  const deps = { clock: createSystemClock(), random: createSystemRandom(), onEvent: sayEvent };
  const witness = await startWitness(config, deps);
  if (!witness.ok) return fail(witness.error.message);
  const { url, verifierKey, origins } = witness.value;
  console.log(`The witness listens at ${url} and watches ${origins.join(", ")}.`);
  console.log(`For policies:\nwitness ${options.name} ${verifierKey} ${url}`);
  await aborted(signal);
  await witness.value.stop();
};

/** What an operator should see. Refusals that anyone can cause are no news. */
const sayEvent = (event: WitnessEvent): void => {
  if (event.type === "cosigned") console.log(`cosigned ${event.origin} at ${event.size}`);
  if (event.type === "refused" && event.status === 422) {
    console.error(`refused ${event.origin}: it does not continue what was cosigned (${event.code})`);
  }
  if (event.type === "equivocation") {
    console.error(`ALARM: ${event.origin} has signed two histories of ${event.size} entries.`);
    if (event.file !== null) console.error(`  Both are kept in ${event.file}: publish them.`);
  }
  if (event.type === "clock-behind") {
    console.error(`refused ${event.origin}: the clock is ${event.seconds} s behind the last cosignature; set it right`);
  }
  if (event.type === "failed")
    console.error(`failed: ${event.cause instanceof Error ? event.cause.message : "unknown"}`);
};
