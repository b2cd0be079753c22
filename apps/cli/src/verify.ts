import { readFile, stat } from "node:fs/promises";
import { BUNDLE_MAX_BYTES } from "@underseal/evidence";
import { dateOf } from "@underseal/foundation";
import { explainFailure, type Verdict, verifyBundle } from "@underseal/verifier";
import { fail } from "./console.ts";

/** `underseal verify bundle FILE`: ends with 0 only if the file is valid. */
export const verifyFile = async (file: string, { json = false }: { json?: boolean }): Promise<void> => {
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
    const found = await stat(file);
    if (!found.isFile()) return fail(`${file} is not a file: name the exported bundle itself`);
    if (found.size > BUNDLE_MAX_BYTES) return fail(`${file} is larger than any bundle may be: export the week again`);
    return new Uint8Array(await readFile(file));
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
    if (code === "ENOENT") return fail(`there is no file ${file}: check the path`);
    return fail(`cannot read ${file} (${code}): check who may read it, and the disk`);
  }
};

const describeVerdict = (verdict: Verdict): string => {
  const { parties, draws, sealedFiles } = verdict;
  const facts = [
    `VALID: the week of ${dateOf(verdict.week * 1000)} of contract ${verdict.contract}`,
    `  client ${parties.client.person}, key ${parties.client.keyId}`,
    `  freelancer ${parties.freelancer.person}, key ${parties.freelancer.keyId}`,
    `  words to compare: ${verdict.phrase}`,
    `  ${verdict.segments} segments, ${verdict.minutes} minutes (${verdict.manualMinutes} by hand), ${verdict.captures} captures, ${verdict.disclosedCaptures} disclosed`,
    `  ${draws.drawn} moments drawn, ${draws.missing} without a capture, ${draws.uncheckedRuns} runs unchecked`,
    `  ${verdict.records} records by ${verdict.devices} device${verdict.devices === 1 ? "" : "s"}, ${sealedFiles.count} sealed files of ${sealedFiles.bytes} bytes`,
  ];
  const list = (title: string, sentences: readonly string[]) => [
    title,
    ...sentences.map((sentence) => `  - ${sentence}`),
  ];
  return [...facts, ...list("Proven:", verdict.proven), ...list("Not proven:", verdict.notProven)].join("\n");
};
