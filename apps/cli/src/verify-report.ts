// How every verify command answers: a verdict in plain words or as JSON, and an exit code that scripts can rely on.
import type { Result } from "@underseal/foundation";

/** Said of bundles and of single pieces alike. */
interface Failure {
  readonly code: string;
  readonly stage: string;
  readonly sentence: string;
  readonly remedy: string;
  readonly statement?: string;
}

interface Reasons {
  readonly proven: readonly string[];
  readonly notProven: readonly string[];
}

export interface ReportOptions {
  readonly json?: boolean;
}

/** 0 for valid, 1 for not valid, 2 where the arguments kept anything from being judged. */
export const report = <Verdict extends Reasons>(
  outcome: Result<Verdict, Failure>,
  { json = false }: ReportOptions,
  factsOf: (verdict: Verdict) => readonly string[],
): void => {
  if (json) console.log(JSON.stringify(jsonOf(outcome), null, 2));
  else if (outcome.ok) console.log([...factsOf(outcome.value), ...reasonLines(outcome.value)].join("\n"));
  else console.error(failureLine(outcome.error));
  process.exitCode = outcome.ok ? 0 : isMisunderstood(outcome.error) ? 2 : 1;
};

const jsonOf = <Verdict>(outcome: Result<Verdict, Failure>) =>
  outcome.ok ? { valid: true, verdict: outcome.value } : { valid: false, failure: outcome.error };

const reasonLines = ({ proven, notProven }: Reasons): readonly string[] => [
  ...listOf("Proven:", proven),
  ...listOf("Not proven:", notProven),
];

const listOf = (title: string, sentences: readonly string[]): readonly string[] =>
  sentences.length === 0 ? [] : [title, ...sentences.map((sentence) => `  - ${sentence}`)];

const isMisunderstood = ({ stage }: Failure): boolean => stage === "arguments";

const failureLine = (failure: Failure): string => {
  const { code, stage, sentence, remedy, statement } = failure;
  const place = [code, `stage ${stage}`, ...(statement === undefined ? [] : [`statement ${statement}`])].join(", ");
  return `${isMisunderstood(failure) ? "NOT UNDERSTOOD" : "NOT VALID"}: ${sentence} ${remedy} (${place})`;
};
