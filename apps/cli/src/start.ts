import { createSystemRandom } from "@underseal/foundation";
import { createSystemClock, readConfig, startServer } from "@underseal/server";
import { aborted, createStopSignal, fail } from "./console.ts";

/** `underseal start`: the server, until Ctrl-C. */
export const start = async (): Promise<void> => {
  const signal = createStopSignal();
  const config = readConfig(process.env);
  if (!config.ok) {
    const faults = config.error.map(({ variable, problem, remedy }) => `${variable} ${problem}. ${remedy}`);
    return fail(`${faults.length} setting${faults.length === 1 ? " is" : "s are"} wrong:`, faults);
  }
  const server = await startServer(config.value, { clock: createSystemClock(), random: createSystemRandom() });
  if (!server.ok) return fail(server.error.message);
  console.log(`Underseal is running at ${server.value.url}`);
  if (server.value.setupUrl !== null) {
    console.log(`Nobody operates it yet. Create the operator with this link (good once):\n  ${server.value.setupUrl}`);
  }
  await aborted(signal);
  await server.value.stop();
};
