import { type Command, Option } from "commander";
import { wholeNumber } from "./whole-number.ts";
import type { WitnessOptions } from "./witness.ts";

const PORT_MAX = 65_535;

export const addWitnessCommand = (program: Command): void => {
  const option = (flags: string, meaning: string, variable: string) => new Option(flags, meaning).env(variable);
  program
    .command("witness")
    .description("watch logs for others: cosign what continues what was cosigned before, until Ctrl-C")
    .addOption(
      option(
        "--name <name>",
        "the key's name, a host name with an optional path",
        "UNDERSEAL_WITNESS_NAME",
      ).makeOptionMandatory(),
    )
    .addOption(
      option(
        "--logs <file>",
        "which logs: a line `log <verifier key>` for each, or a whole policy",
        "UNDERSEAL_WITNESS_LOGS",
      ).makeOptionMandatory(),
    )
    .addOption(
      option(
        "--data <dir>",
        "where key and memory are kept; never share, copy back or delete it",
        "UNDERSEAL_WITNESS_DATA",
      ).makeOptionMandatory(),
    )
    .addOption(option("--host <host>", "where to listen", "UNDERSEAL_WITNESS_HOST").default("127.0.0.1"))
    .addOption(
      option("--port <port>", "where to listen; 0 takes any free port", "UNDERSEAL_WITNESS_PORT")
        .argParser(wholeNumber(0, PORT_MAX))
        .default(8430),
    )
    .addHelpText(
      "after",
      `
The first start makes the witness's key. Give the printed policy line to those who shall trust this witness.
The log posts to <address>/add-checkpoint (C2SP tlog-witness); anyone reads <address>/<hash of the log's name>/checkpoint.
Put a reverse proxy with TLS in front of it, and keep the machine's clock right: the witness signs the time.`,
    )
    .action(async (options: WitnessOptions) => (await import("./witness.ts")).runWitness(options));
};
