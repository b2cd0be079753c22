// The report: markdown tables on standard output.

import { median, quantile } from "../statistics.ts";
import type { AttackResult } from "./attack.ts";
import { type ItemClass, itemClasses } from "./items.ts";
import type { RedactAnswer } from "./redact-child.ts";
import { type ItemScore, LEAKED_BELOW, PARTIAL_BELOW, type ScreenScore, wilson } from "./score.ts";

export interface ScoredScreen {
  readonly kind: string;
  readonly score: ScreenScore;
}

const CLASS_APART: ItemClass = "passphrase";

export const reportScores = (screens: readonly ScoredScreen[]): string => {
  const all = screens.flatMap(({ score }) => score.items);
  const kinds = [...new Set(screens.map(({ kind }) => kind))];
  const classRows = itemClasses.map((itemClass): [string, readonly ItemScore[]] => [
    itemClass === CLASS_APART ? `${itemClass} (not in the sum)` : itemClass,
    all.filter((item) => item.itemClass === itemClass),
  ]);
  return [
    table("class | items | leaked | partly shown | leaked, 95 % | leaked after tiles", [
      itemRow("**all**", counted(all)),
      ...classRows.filter(([, items]) => items.length > 0).map(([name, items]) => itemRow(name, items)),
    ]),
    table("page kind | screens | items | leaked | partly | ordinary words hidden | … after tiles | tiles hidden", [
      kindRow("**all**", screens),
      ...kinds.map((kind) =>
        kindRow(
          kind,
          screens.filter((screen) => screen.kind === kind),
        ),
      ),
    ]),
  ].join("\n\n");
};

const table = (heads: string, rows: readonly string[]): string => {
  const line = `|${heads
    .split("|")
    .map(() => "---")
    .join("|")}|`;
  return [`| ${heads} |`, line, ...rows].join("\n");
};

const counted = (items: readonly ItemScore[]): readonly ItemScore[] =>
  items.filter(({ itemClass }) => itemClass !== CLASS_APART);

const isLeaked = ({ covered }: ItemScore): boolean => covered < LEAKED_BELOW;
const isPartial = ({ covered }: ItemScore): boolean => covered >= LEAKED_BELOW && covered < PARTIAL_BELOW;

const percent = (count: number, total: number): string =>
  total === 0 ? "–" : `${((count / total) * 100).toFixed(count === 0 ? 0 : 2)} %`;

const interval = (count: number, total: number): string => {
  const { low, high } = wilson(count, total);
  return `${(low * 100).toFixed(2)}–${(high * 100).toFixed(2)} %`;
};

const itemRow = (name: string, items: readonly ItemScore[]): string => {
  const leaked = items.filter(isLeaked).length;
  const partial = items.filter(isPartial).length;
  const byTiles = items.filter(({ coveredByTiles }) => coveredByTiles < LEAKED_BELOW).length;
  const shares = [percent(leaked, items.length), percent(partial, items.length), interval(leaked, items.length)];
  return `| ${[name, items.length, ...shares, percent(byTiles, items.length)].join(" | ")} |`;
};

const kindRow = (name: string, screens: readonly ScoredScreen[]): string => {
  const items = counted(screens.flatMap(({ score }) => score.items));
  const sum = (of: (score: ScreenScore) => number): number =>
    screens.reduce((total, { score }) => total + of(score), 0);
  const words = sum((score) => score.words);
  const cells = [
    ...[name, screens.length, items.length],
    ...[percent(items.filter(isLeaked).length, items.length), percent(items.filter(isPartial).length, items.length)],
    percent(
      sum((score) => score.wordsHidden),
      words,
    ),
    percent(
      sum((score) => score.wordsHiddenByTiles),
      words,
    ),
    percent(
      sum((score) => score.tilesHidden),
      sum((score) => score.tiles),
    ),
  ];
  return `| ${cells.join(" | ")} |`;
};

/** Each answer is the only one of its process: what a single capture costs, loading included. */
export const reportCosts = (answers: readonly RedactAnswer[]): string => {
  const row = (name: string, unit: string, values: readonly number[]): string =>
    `| ${name} | ${median(values).toFixed(1)} ${unit} | ${quantile(values, 0.95).toFixed(1)} ${unit} |`;
  return table(`one picture in a process of its own (${answers.length}) | median | 95th of 100`, [
    row(
      "wall time, loading included",
      "s",
      answers.map(({ wallMs }) => wallMs / 1000),
    ),
    row(
      "processor time of the process",
      "s",
      answers.map(({ cpuMs }) => cpuMs / 1000),
    ),
    row(
      "peak memory",
      "MiB",
      answers.map(({ peakMiB }) => peakMiB),
    ),
  ]);
};

export const reportAttacks = (attacks: {
  readonly redacted: readonly AttackResult[];
  /** The same attack on pictures in which nothing was hidden: what the reader is worth. */
  readonly open: readonly AttackResult[];
}): string => {
  const attackRow = (name: string, { recovered, tried }: { recovered: number; tried: number }): string =>
    `| ${name} | ${recovered} | ${tried} | ${percent(recovered, tried)} | ${interval(recovered, tried)} |`;
  return table("attack | recovered | tried | share | 95 %", [
    attackRow(`redacted (${attacks.redacted.length} screens)`, recoveredOf(attacks.redacted)),
    attackRow("control: redacted, items of another screen", controlsOf(attacks.redacted)),
    attackRow(`control: not redacted (${attacks.open.length} screens)`, recoveredOf(attacks.open)),
  ]);
};

const recoveredOf = (results: readonly AttackResult[]) => {
  const tried = results.flatMap((result) => result.tried).filter(({ itemClass }) => itemClass !== CLASS_APART);
  return { recovered: tried.filter(({ recovered }) => recovered).length, tried: tried.length };
};

const controlsOf = (results: readonly AttackResult[]) => ({
  recovered: results.reduce((sum, { controlsFound }) => sum + controlsFound, 0),
  tried: results.reduce((sum, { controls }) => sum + controls, 0),
});
