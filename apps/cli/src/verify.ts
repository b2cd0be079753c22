import { setFlagsFromString } from "node:v8";
import { BUNDLE_MAX_BYTES } from "@underseal/evidence";
import { dateOf, SECOND_MS } from "@underseal/foundation";
import { type Verdict, verifyBundle } from "@underseal/verifier";
import { readInput } from "./verify-input.ts";
import { type ReportOptions, report } from "./verify-report.ts";

export interface BundleOptions extends ReportOptions {
  /** Also the rounds without a capture: slower, and then nothing of the draws is taken on the file's word. */
  readonly everyRound?: boolean;
}

/** `underseal verify bundle FILE`: ends with 0 only if the file is valid. */
export const verifyFile = async (file: string, options: BundleOptions): Promise<void> => {
  keepHeapSmall();
  const expected = { maxBytes: BUNDLE_MAX_BYTES, what: "bundle", remedy: "export the week again" };
  const bytes = await readInput(file, expected);
  report(verifyBundle(bytes, { everyRound: options.everyRound ?? false }), options, factsOf);
};

/**
 * Reading a large week makes much garbage and keeps little. Left alone, V8 answers by making room for more garbage:
 * 100 MB on top of the file, for nothing. Told once, before any of it is made.
 */
const keepHeapSmall = (): void => setFlagsFromString("--semi-space-growth-factor=1");

const factsOf = (verdict: Verdict): readonly string[] => {
  const { parties, draws, sealedFiles, tiers, log } = verdict;
  const witnesses = log.witnesses.length === 0 ? "no witnesses" : `witnesses ${log.witnesses.join(", ")}`;
  return [
    `VALID: the week of ${dateOf(verdict.week * SECOND_MS)} of contract ${verdict.contract}`,
    `  client ${parties.client.person}, key ${parties.client.keyId}`,
    `  freelancer ${parties.freelancer.person}, key ${parties.freelancer.keyId}`,
    `  words to compare: ${verdict.phrase}`,
    `  ${verdict.segments} segments, ${verdict.minutes} minutes (${verdict.manualMinutes} by hand), ${verdict.captures} captures, ${verdict.disclosedCaptures} disclosed`,
    `  time proven: ${tiers.a} segments in tier A, ${tiers.b} in tier B, ${tiers.c} in tier C`,
    `  ${draws.drawn} moments drawn, ${draws.missing} without a capture, ${draws.uncheckedRuns} runs unchecked`,
    `  log ${log.origin}, ${witnesses}`,
    `  ${verdict.records} records by ${verdict.devices} device${verdict.devices === 1 ? "" : "s"}, ${sealedFiles.count} sealed files of ${sealedFiles.bytes} bytes`,
  ];
};
