import type { Command } from "commander";

export const addVerifyCommand = (program: Command): void => {
  const verify = program.command("verify").description("check evidence offline, without trusting the platform");
  verify
    .command("bundle")
    .description("check an exported week: signatures, log proofs, draws, blobs")
    .argument("<file>", "the exported bundle")
    .option("--json", "print the verdict as JSON")
    .action(async (file: string, options: { json?: boolean }) =>
      (await import("./verify.ts")).verifyFile(file, options),
    );
};
