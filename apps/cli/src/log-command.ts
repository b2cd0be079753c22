import type { Command } from "commander";

export const addLogCommand = (program: Command): void => {
  const log = program.command("log").description("the server's evidence log");
  log
    .command("key")
    .description("print the log's verifier key, for witnesses and a log policy; made at the first call")
    .action(async () => (await import("./log.ts")).printLogKey());
};
