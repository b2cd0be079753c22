import { createDice, seedOf } from "../dice.ts";
import { monospaced } from "../look.ts";
import { cycled, type ScreenPlan, type SetParameters, SIZES_PX } from "../screen-plan.ts";
import { fitLines, type TerminalWindow } from "./lines.ts";
import { editorSession, shellSession } from "./sessions.ts";

const TERMINAL_COLOURS = [
  { foreground: "#d0d0d0", background: "#101010" },
  { foreground: "#202020", background: "#fdf6e3" },
  { foreground: "#33ff66", background: "#001100" },
  { foreground: "#eeeeee", background: "#300a24" },
];
// Rows and columns of three windows that overlap on a Full HD screen whatever the size of the letters.
const TERMINAL_PLACES = [
  { x: 20, y: 10, widthPx: 1050, heightPx: 640 },
  { x: 760, y: 300, widthPx: 1000, heightPx: 620 },
  { x: 120, y: 560, widthPx: 800, heightPx: 420 },
];

export const planTerminals = (set: SetParameters, kind: "terminal" | "editor", index: number): ScreenPlan => {
  const id = `${kind}-${index}`;
  const dice = createDice(seedOf(set.seed, id));
  const language = cycled(set.languages, index);
  const sizePx = cycled(SIZES_PX, index * 3 + dice.below(3));
  const windows = TERMINAL_PLACES.map(({ x, y, widthPx, heightPx }, place): TerminalWindow => {
    const size = { columns: Math.floor(widthPx / (sizePx * 0.62)), rows: Math.floor(heightPx / (sizePx * 1.2)) };
    const session = kind === "editor" ? editorSession : shellSession;
    return {
      ...{ x, y, sizePx, ...size, title: `${kind} ${place + 1}`, family: dice.pick(monospaced) },
      ...cycled(TERMINAL_COLOURS, index + place),
      lines: fitLines(session({ dice, language, terms: set.terms }), size),
    };
  });
  const look = `${sizePx} px ${language.code}`;
  return { id, kind, look, terms: set.terms, languages: [language.code], monitors: [{ type: "terminals", windows }] };
};
