import { readFile, stat } from "node:fs/promises";
import { BUNDLE_MAX_BYTES } from "@underseal/evidence";
import { explainFailure, verifyBundle } from "@underseal/verifier";
import type { Command } from "commander";
import { fail } from "./console.ts";

export const addVerifyCommand = (program: Command): void => {
  const verify = program.command("verify").description("check evidence offline, without trusting the platform");
  verify
    .command("bundle")
    .description("check an exported week: signatures, log proofs, draws, blobs")
    .argument("<file>", "the exported bundle")
    .option("--json", "print the verdict as JSON")
    .action(verifyFile);
};

const verifyFile = async (file: string, { json = false }: { json?: boolean }): Promise<void> => {
  const bytes = await readBundle(file);
  const verdict = verifyBundle(bytes);
  if (json)
    console.log(
      JSON.stringify(
        verdict.ok ? { valid: true, verdict: verdict.value } : { valid: false, failure: verdict.error },
        null,
        2,
      ),
    );
  else if (verdict.ok) console.log(describeVerdict(verdict.value));
  else console.error(`NOT VALID: ${explainFailure(verdict.error)}`);
  process.exitCode = verdict.ok ? 0 : 1;
};

const readBundle = async (file: string): Promise<Uint8Array> => {
  try {
    if ((await stat(file)).size > BUNDLE_MAX_BYTES) return fail(`${file} is larger than any bundle may be`);
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    return fail(`cannot read ${file}: ${cause instanceof Error ? cause.message : "unknown reason"}`);
  }
};

const describeVerdict = (verdict: VerdictOf<typeof verifyBundle>): string => JSON.stringify(verdict, null, 2);

type VerdictOf<F extends (...args: never[]) => unknown> =
  Extract<ReturnType<F>, { ok: true }> extends { value: infer V } ? V : never;
