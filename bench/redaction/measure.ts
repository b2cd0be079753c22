// One policy over a set of screens: redact, score, measure the cost, attack.
import type { Policy, Rect, RedactionSettings } from "@underseal/redaction";
import { type AttackResult, attackScreen } from "./attack.ts";
import { loadReader } from "./reader.ts";
import type { RedactAnswer } from "./redact-child.ts";
import { startRedactor } from "./redactor.ts";
import { LEAKED_BELOW, PARTIAL_BELOW, scoreScreen } from "./score.ts";
import { pickEvenly, readScreen, type Screen } from "./screens.ts";
import { reportAttacks, reportScores, type ScoredScreen } from "./tables.ts";

const ATTACK_SAMPLE = 40;
const OPEN_SAMPLE = 4;

export interface Measurement {
  readonly policy: Policy;
  readonly attack: boolean;
  /** Whether to list what leaked. */
  readonly show: boolean;
  readonly print: (text: string) => void;
}

interface Redacted {
  readonly screen: Screen;
  readonly boxes: readonly Rect[];
}

export const measurePolicy = async (
  screens: readonly Screen[],
  { policy, attack, show, print }: Measurement,
): Promise<void> => {
  const redacted = await redactAll(screens, policy, print);
  const scored = redacted.map(
    ({ screen, boxes }): ScoredScreen => ({ kind: screen.plan.kind, score: scoreScreen(screen.truth, boxes) }),
  );
  print(reportScores(scored));
  if (attack) print(`\n${await attackAll(pickEvenly(redacted, ATTACK_SAMPLE))}`);
  if (show) for (const line of listLeaks(redacted)) print(line);
};

const settingsFor = ({ plan }: Screen, policy: Policy): RedactionSettings => ({
  ...{ policy, languages: plan.languages, terms: plan.terms },
});

const redactAll = async (
  screens: readonly Screen[],
  policy: Policy,
  print: (text: string) => void,
): Promise<readonly Redacted[]> => {
  const redactor = startRedactor();
  try {
    const done: Redacted[] = [];
    for (const screen of screens) {
      const answer = await redactor.redact({ pngFile: screen.pngFile, settings: settingsFor(screen, policy) });
      if (answer.degraded !== null) print(`${screen.plan.id}: all its text is hidden, ${answer.degraded}\n`);
      if (answer.failure !== null) print(`${screen.plan.id}: hidden as a whole, ${answer.failure}\n`);
      done.push({ screen, boxes: boxesOf(answer, screen) });
    }
    return done;
  } finally {
    await redactor.stop();
  }
};

/** A picture that could not be redacted is hidden as a whole. */
const boxesOf = ({ hidden }: RedactAnswer, { truth: { width, height } }: Screen): readonly Rect[] =>
  hidden?.map(({ box }) => box) ?? [{ x: 0, y: 0, width, height }];

/** A few screens are attacked as they are, too: a reader that reads nothing there would prove nothing elsewhere. */
const attackAll = async (redacted: readonly Redacted[]): Promise<string> => {
  const reader = await loadReader();
  const attack = async (list: readonly Redacted[]): Promise<readonly AttackResult[]> => {
    const results: AttackResult[] = [];
    for (const [index, { screen, boxes }] of list.entries()) {
      const control = list[(index + 1) % list.length]?.screen.truth ?? screen.truth;
      results.push(
        await attackScreen({ image: await readScreen(screen), truth: screen.truth, boxes, control }, reader),
      );
    }
    return results;
  };
  const open = pickEvenly(redacted, OPEN_SAMPLE).map(({ screen }) => ({ screen, boxes: [] }));
  return reportAttacks({ redacted: await attack(redacted), open: await attack(open) });
};

const listLeaks = (redacted: readonly Redacted[]): readonly string[] =>
  redacted.flatMap(({ screen, boxes }) =>
    scoreScreen(screen.truth, boxes)
      .items.filter(({ covered }) => covered < PARTIAL_BELOW)
      .map(({ itemClass, text, covered }) => {
        const how = covered < LEAKED_BELOW ? "leaked" : "partly";
        return `- ${how} ${(covered * 100).toFixed(0)} %, ${itemClass}, ${screen.plan.id} (${screen.plan.look}): ${text}`;
      }),
  );
