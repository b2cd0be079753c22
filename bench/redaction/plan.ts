// Which screens a set consists of. All chance is decided here, from the set's seed: painting adds none.
import { createDice, type Dice, seedOf } from "./dice.ts";
import type { Language } from "./languages/index.ts";
import { families, type Look, lookToStyle, monospaced, themes } from "./look.ts";
import { cycled, type ScreenPlan, type SetParameters, SIZES_PX } from "./screen-plan.ts";
import { planTerminals } from "./terminals/plan.ts";
import { createWriter } from "./writer.ts";

const FULL_HD = { width: 1920, height: 1080, scale: 1 };
const VIEWS = [
  FULL_HD,
  { width: 1440, height: 900, scale: 2 },
  FULL_HD,
  { width: 1536, height: 864, scale: 1.25 },
  FULL_HD,
  { width: 1280, height: 720, scale: 1.5 },
  { width: 1366, height: 768, scale: 1 },
];

export const planScreens = (set: SetParameters): readonly ScreenPlan[] => {
  const kinds = Object.keys(set.pageKinds);
  const indexes = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
  return [
    ...kinds.flatMap((kind, place) => indexes(set.screensOfEachKind).map((index) => planPage(set, kind, index, place))),
    ...indexes(set.windowScreens).map((index) => planWindows(set, index)),
    ...indexes(set.monitorScreens).map((index) => planMonitors(set, index)),
    ...indexes(set.terminalScreens).flatMap((index) => [
      planTerminals(set, "terminal", index),
      planTerminals(set, "editor", index),
    ]),
  ];
};

/** Every language, theme and size comes round; the steps share no divisor, so that combinations differ. */
const lookOf = (dice: Dice, turn: number): Look => ({
  family: dice.pick(families),
  mono: dice.pick(monospaced),
  theme: cycled(themes, turn),
  sizePx: cycled(SIZES_PX, turn * 3 + dice.below(3)),
});

interface App {
  readonly html: string;
  readonly look: Look;
  readonly language: Language;
}

const LINE_HEIGHT = 1.6;

interface AppPlace {
  readonly kind: string;
  readonly name: string;
  readonly turn: number;
  readonly heightPx: number;
}

const writeApp = (set: SetParameters, { kind, name, turn, heightPx }: AppPlace): App => {
  const write = set.pageKinds[kind];
  if (write === undefined) throw new Error(`no page kind is called "${kind}"`);
  const dice = createDice(seedOf(set.seed, name));
  const language = cycled(set.languages, turn);
  const look = lookOf(dice, turn);
  const inside = write(
    createWriter({ dice, language, terms: set.terms, lines: Math.ceil(heightPx / (look.sizePx * LINE_HEIGHT)) }),
  );
  return { html: `<div class="app" style="${lookToStyle(look)}">${inside}</div>`, look, language };
};

const describe = ({ look, language }: App): string => `${look.sizePx} px ${look.theme} ${language.code}`;

const planPage = (set: SetParameters, kind: string, index: number, place: number): ScreenPlan => {
  const id = `${kind.replaceAll(" ", "-")}-${index}`;
  const view = cycled(VIEWS, index + place * 2);
  const app = writeApp(set, { kind, name: id, turn: index + place, heightPx: view.height });
  return {
    ...{ id, kind, terms: set.terms, languages: [app.language.code] },
    look: `${describe(app)} × ${view.scale}`,
    monitors: [{ type: "browser", html: app.html, ...view }],
  };
};

/** Windows over one another before a picture; each covers a good part of the one behind. */
const planWindows = (set: SetParameters, index: number): ScreenPlan => {
  const id = `windows-${index}`;
  const dice = createDice(seedOf(set.seed, id, "places"));
  const kinds = dice.shuffled(Object.keys(set.pageKinds)).slice(0, 3);
  const apps = kinds.map((kind, place) =>
    writeApp(set, { kind, name: `${id}-${place}`, turn: index + place, heightPx: 600 }),
  );
  const windows = apps.map((app, place) => {
    const style = `left:${40 + place * 330 + dice.below(200)}px;top:${30 + place * 170 + dice.below(80)}px`;
    const size = `width:${dice.between(820, 1080)}px;height:${dice.between(520, 640)}px`;
    return `<div class="window" style="${style};${size}"><div class="title" data-neutral>${kinds[place]}</div>${app.html}</div>`;
  });
  const wall = `<canvas data-photo="${dice.below(1e6)}" width="1920" height="1080"></canvas>`;
  return {
    ...{ id, kind: "windows", terms: set.terms, look: apps.map(describe).join(", ") },
    languages: [...new Set(apps.map(({ language }) => language.code))],
    monitors: [{ type: "browser", html: wall + windows.join(""), ...FULL_HD }],
  };
};

const planMonitors = (set: SetParameters, index: number): ScreenPlan => {
  const id = `monitors-${index}`;
  const dice = createDice(seedOf(set.seed, id, "kinds"));
  const kinds = dice.shuffled(Object.keys(set.pageKinds)).slice(0, 2);
  const views = [FULL_HD, cycled(VIEWS, index)];
  const apps = kinds.map((kind, place) =>
    writeApp(set, { kind, name: `${id}-${place}`, turn: index + place, heightPx: cycled(views, place).height }),
  );
  return {
    ...{ id, kind: "two monitors", terms: set.terms, look: apps.map(describe).join(", ") },
    languages: [...new Set(apps.map(({ language }) => language.code))],
    monitors: apps.map(({ html }, place) => ({ type: "browser", html, ...cycled(views, place) })),
  };
};
