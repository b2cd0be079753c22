import { createSystemRandom } from "@underseal/foundation";
import { createSystemClock, describeSettings, readConfig, startServer } from "@underseal/server";
import type { Command } from "commander";
import { aborted, createStopSignal, fail } from "./console.ts";

export const addStartCommand = (program: Command): void => {
  program
    .command("start")
    .description("run the server and the web app until Ctrl-C")
    .addHelpText("after", `\nSettings (environment variables):\n${settingsTable()}`)
    .action(start);
};

const start = async (): Promise<void> => {
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

const settingsTable = (): string => {
  const settings = describeSettings();
  const width = Math.max(...settings.map(({ variable }) => variable.length));
  return settings
    .map(
      ({ variable, meaning, fallback }) =>
        `  ${variable.padEnd(width)}  ${meaning}\n${" ".repeat(width + 4)}(default: ${fallback})`,
    )
    .join("\n");
};
