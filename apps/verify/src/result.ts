// The answer, for people: first whether, then what it rests on.
import { bundleFacts, bundleSummary, type Facts } from "./bundle-facts.ts";
import { type Child, drawing, element } from "./element.ts";
import type { Outcome } from "./messages.ts";
import { checkpointFacts, checkpointSummary, openingFacts, openingSummary } from "./piece-facts.ts";
import { announce, pieceStageNames, says, stageNames } from "./sentences.ts";

export interface ShownResult {
  readonly view: HTMLElement;
  /** What is told to who does not see it. */
  readonly headline: string;
}

export const showOutcome = (name: string, outcome: Outcome): ShownResult => {
  const { result } = outcome;
  const headline = result.ok ? says.valid : isMisunderstood(result.error) ? says.notUnderstood : says.notValid;
  const sentence = result.ok ? summaryOf(outcome) : result.error.sentence;
  const tone = result.ok ? "valid" : isMisunderstood(result.error) ? "unknown" : "invalid";
  const view = element(
    "section",
    { class: "result", "data-result": tone, "aria-labelledby": "answer" },
    bannerOf(tone, headline, [
      element("p", { class: "file" }, announce.checkedAs(name, outcome.kind)),
      element("p", { class: "sentence" }, sentence),
      result.ok ? null : element("p", {}, result.error.remedy),
    ]),
    ...(result.ok ? verdictParts(outcome) : [failurePart(result.error, stageIn(outcome))]),
    saveButton(name, outcome),
  );
  return { view, headline: `${headline}. ${sentence}` };
};

const isMisunderstood = ({ stage }: { readonly stage: string }): boolean => stage === "arguments";

const MARKS = {
  valid: "M18 33l9 9 19-21",
  invalid: "M20 20l24 24M44 20L20 44",
  unknown: "M32 16v22M32 46v2",
} as const;

const bannerOf = (tone: keyof typeof MARKS, headline: string, children: readonly Child[]): HTMLElement =>
  element(
    "div",
    { class: `banner ${tone}` },
    drawing(["M32 4a28 28 0 1 0 0.01 0z", MARKS[tone]]),
    element("div", {}, element("h2", { id: "answer", tabindex: "-1" }, headline), ...children),
  );

const verdictParts = (outcome: Outcome): readonly HTMLElement[] => {
  if (!outcome.result.ok) return [];
  const { proven, notProven } = outcome.result.value;
  const phrase = "phrase" in outcome.result.value ? outcome.result.value.phrase : null;
  return [
    ...(phrase === null ? [] : [wordsPart(phrase)]),
    listPart("proven", says.proven, proven),
    listPart("not-proven", says.notProven, notProven),
    part("facts", says.facts, factsList(factsOf(outcome))),
  ];
};

const summaryOf = (outcome: Outcome): string => {
  if (outcome.kind === "bundle") return outcome.result.ok ? bundleSummary(outcome.result.value) : "";
  if (outcome.kind === "opening") return outcome.result.ok ? openingSummary(outcome.result.value) : "";
  return outcome.result.ok ? checkpointSummary(outcome.result.value) : "";
};

const factsOf = (outcome: Outcome): Facts => {
  if (outcome.kind === "bundle") return outcome.result.ok ? bundleFacts(outcome.result.value) : [];
  if (outcome.kind === "opening") return outcome.result.ok ? openingFacts(outcome.result.value) : [];
  return outcome.result.ok ? checkpointFacts(outcome.result.value) : [];
};

const part = (id: string, title: string, ...children: readonly Child[]): HTMLElement =>
  element(
    "section",
    { class: "part", "data-part": id, "aria-labelledby": id },
    element("h3", { id }, title),
    ...children,
  );

const wordsPart = (phrase: string): HTMLElement =>
  part(
    "words",
    says.words,
    element("p", { class: "help" }, says.wordsHelp),
    element(
      "ol",
      { class: "words", "aria-labelledby": "words" },
      ...phrase.split(" ").map((word) => element("li", {}, element("span", { "data-word": true }, word))),
    ),
  );

const listPart = (id: string, title: string, sentences: readonly string[]): HTMLElement =>
  part(id, title, element("ul", {}, ...sentences.map((sentence) => element("li", {}, sentence))));

const factsList = (facts: Facts): HTMLElement =>
  element(
    "dl",
    { class: "facts" },
    ...facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))),
  );

/** In words, and as scripts know it. */
const stageIn = (outcome: Outcome): string => {
  if (outcome.result.ok) return "";
  const { stage } = outcome.result.error;
  const names: Readonly<Record<string, string>> = outcome.kind === "bundle" ? stageNames : pieceStageNames;
  return `${names[stage]} (${stage})`;
};

const failurePart = (failure: { readonly code: string; readonly statement?: string }, stage: string): HTMLElement =>
  part(
    "failure",
    says.failure,
    factsList([
      ["Code", failure.code],
      ["Stage", stage],
      ...(failure.statement === undefined ? [] : [["Statement", failure.statement] as const]),
    ]),
  );

const saveButton = (name: string, { kind, result }: Outcome): HTMLElement => {
  const answer = result.ok ? { valid: true, verdict: result.value } : { valid: false, failure: result.error };
  const button = element("button", { type: "button", class: "quiet", "data-save": true }, says.save);
  button.addEventListener("click", () => {
    const blob = new Blob([`${JSON.stringify({ file: name, kind, ...answer }, null, 2)}\n`], {
      type: "application/json",
    });
    const href = URL.createObjectURL(blob);
    element("a", { href, download: `${name}.verdict.json` }).click();
    URL.revokeObjectURL(href);
  });
  return element("p", {}, button);
};
