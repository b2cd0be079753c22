import { type Command, Option } from "commander";
import type { MonitorOptions } from "./monitor/monitor.ts";
import { wholeNumber } from "./whole-number.ts";

const EVERY_SECONDS_MAX = 86_400;

export const addMonitorCommand = (program: Command): void => {
  program
    .command("monitor")
    .description("follow a log by its public files, and raise the alarm when it tells another story than before")
    .requiredOption("--log <url>", "the address under which /checkpoint and /tile are")
    .addOption(new Option("--policy <file>", "who must have signed: a C2SP tlog-policy").conflicts("key"))
    .addOption(new Option("--key <key>", "the log's verifier key, where no witnesses are asked for"))
    .requiredOption("--state <file>", "where the newest checkpoint is remembered")
    .addOption(new Option("--once", "look once").conflicts("every"))
    .addOption(
      new Option("--every <seconds>", "look again and again (default: 60)").argParser(
        wholeNumber(1, EVERY_SECONDS_MAX),
      ),
    )
    .option("--json", "print a line of JSON for each look")
    .addHelpText(
      "after",
      `
An alarm ends the monitor with 1: a fork, a rollback, a bad signature, too few witnesses, or tiles that do not belong to
the checkpoint. What was seen and what is shown now are then kept in <state>.evidence, to be published.
A log that cannot be reached is no alarm; with --once it ends the monitor with 3.`,
    )
    .action(async (options: MonitorOptions) => (await import("./monitor/monitor.ts")).monitor(options));
};
