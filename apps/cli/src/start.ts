import { createSystemRandom } from "@underseal/foundation";
import { type Config, createSystemClock, readConfig, startServer } from "@underseal/server";
import { aborted, createStopSignal, fail } from "./console.ts";

/** `underseal start`: the server, until Ctrl-C. */
export const start = async (): Promise<void> => {
  const signal = createStopSignal();
  const server = await startServer(readSettings(), { clock: createSystemClock(), random: createSystemRandom() });
  if (!server.ok) return fail(server.error.message);
  console.log(`Underseal is running at ${server.value.url}`);
  if (server.value.setupUrl !== null) {
    console.log(`Nobody operates it yet. Create the operator with this link (good once):\n  ${server.value.setupUrl}`);
  }
  await aborted(signal);
  await server.value.stop();
};

/** The server's settings from the environment; ends with every fault at once. */
export const readSettings = (): Config => {
  const config = readConfig(process.env);
  if (config.ok) return config.value;
  const faults = config.error.map(({ variable, problem, remedy }) => `${variable} ${problem}. ${remedy}`);
  return fail(`${faults.length} setting${faults.length === 1 ? " is" : "s are"} wrong:`, faults);
};
