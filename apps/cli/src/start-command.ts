import { describeSettings } from "@underseal/server/config";
import type { Command } from "commander";

export const addStartCommand = (program: Command): void => {
  program
    .command("start")
    .description("run the server and the web app until Ctrl-C")
    .addHelpText("after", () => `\nSettings (environment variables):\n${settingsTable()}`)
    .action(async () => (await import("./start.ts")).start());
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
