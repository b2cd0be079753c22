// Step 7: what an outsider can check without trusting anybody here, by the command line that everybody has: the
// exported week, whole and with one byte changed; the log's checkpoint with its witnesses; a round of the beacon; the
// opened part of one picture; and that the log has only grown.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { evidenceRoutes } from "@underseal/api";
import type { Random } from "@underseal/foundation";
import { makeOpening } from "./make-opening.ts";
import type { Party } from "./parties.ts";
import { runCli } from "./run-cli.ts";
import { DemoError, must } from "./session.ts";
import type { Stage } from "./stage.ts";

export interface CheckedBundle {
  readonly bytes: number;
  readonly verdict: string;
  /** What the verifier says about the same file with one byte changed. */
  readonly refusal: string;
  /** The first line of each other check, by its command. */
  readonly others: readonly { readonly command: string; readonly verdict: string }[];
}

interface Exported {
  readonly contractId: string;
  readonly week: string;
  readonly outDir: string;
}

export const exportAndVerify = async (
  stage: Stage,
  { client, freelancer }: { readonly client: Party; readonly freelancer: Party },
  { contractId, week, outDir }: Exported,
): Promise<CheckedBundle> => {
  const bundle = await must(client.session.api, evidenceRoutes.exportWeek, { params: { contractId, week } });
  const file = path.join(outDir, "week.bundle");
  await writeFile(file, bundle);
  const verdict = await verified(["bundle", file]);
  const refusal = await refuseChanged(bundle, path.join(outDir, "week.tampered.bundle"), stage.random);
  const opening = await makeOpening(bundle, freelancer.keys);
  const openingFile = path.join(outDir, "capture.opening");
  await writeFile(openingFile, opening.bytes);
  const others = [
    await checkCheckpoint(stage, outDir),
    await checkRound(stage),
    await named(["opening", openingFile]),
    await watchLog(stage),
  ];
  return { bytes: bundle.length, verdict, refusal, others };
};

const verified = async (args: readonly string[]): Promise<string> => {
  const { code, output } = await runCli(["verify", ...args]);
  if (code !== 0) throw new DemoError(`underseal verify ${args[0]} refuses what is honest: ${output}`);
  return output;
};

const named = async (args: readonly string[]): Promise<CheckedBundle["others"][number]> => ({
  command: `verify ${args[0]}`,
  verdict: firstLine(await verified(args)),
});

const firstLine = (text: string): string => text.split("\n")[0] ?? "";

/** One bit of one byte, anywhere in the file. */
const refuseChanged = async (bundle: Uint8Array, file: string, random: Random): Promise<string> => {
  const at = new DataView(random.bytes(4).buffer).getUint32(0) % bundle.length;
  await writeFile(file, bundle.with(at, (bundle[at] ?? 0) ^ 0x01));
  const { code, output } = await runCli(["verify", "bundle", file]);
  // A verifier that broke ends with 1 as well, but does not say this.
  if (code !== 1 || !output.startsWith("NOT VALID: ")) {
    throw new DemoError(`the verifier does not refuse a changed file: ${output}`);
  }
  return firstLine(output);
};

const fetchText = async (url: string): Promise<string> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (!response.ok) throw new DemoError(`${url} answered ${response.status}`);
  return response.text();
};

const checkCheckpoint = async ({ baseUrl, logKey, witnesses }: Stage, outDir: string) => {
  const note = path.join(outDir, "checkpoint.note");
  await writeFile(note, await fetchText(`${baseUrl}/checkpoint`));
  return named(["checkpoint", note, "--quorum", "2", "--key", logKey, ...witnesses.verifierKeys]);
};

const checkRound = async ({ baseUrl }: Stage) => {
  const info = JSON.parse(await fetchText(`${baseUrl}/beacon/info`));
  const latest = JSON.parse(await fetchText(`${baseUrl}/beacon/public/latest`));
  const round = ["--round", String(latest.round), "--signature", String(latest.signature)];
  return named(["beacon", "--scheme", "quicknet", "--public-key", String(info.public_key), ...round]);
};

const watchLog = async ({ baseUrl, witnesses }: Stage) => {
  const args = ["monitor", "--log", baseUrl, "--policy", witnesses.policyFile, "--once"];
  // Not among what the demo leaves behind: the next demo's log is another one.
  const state = path.join(path.dirname(witnesses.policyFile), "monitor");
  const { code, output } = await runCli([...args, "--state", state]);
  if (code !== 0) throw new DemoError(`underseal monitor raises an alarm about an honest log: ${output}`);
  return { command: "monitor", verdict: firstLine(output) };
};
