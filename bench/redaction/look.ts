// How an application looks: its letters and colours. Shared by every page kind, so that no kind has a look of its own.

export const families = ["DejaVu Sans", "Liberation Sans", "Noto Sans", "Noto Serif", "Liberation Serif"] as const;
export const monospaced = ["DejaVu Sans Mono", "Liberation Mono", "Hack"] as const;
export const themes = ["light", "dark", "blue", "faint", "faintDark"] as const;

export interface Look {
  readonly family: (typeof families)[number];
  readonly mono: (typeof monospaced)[number];
  readonly theme: (typeof themes)[number];
  /** Of body text, in pixels of the page before zoom. */
  readonly sizePx: number;
}

interface Colours {
  readonly paper: string;
  readonly text: string;
  readonly soft: string;
  readonly line: string;
  readonly panel: string;
  readonly accent: string;
}

// The faint ones are at about 3.5 : 1, as many a fashionable interface is.
export const coloursByTheme: Readonly<Record<Look["theme"], Colours>> = {
  light: { paper: "#ffffff", text: "#1f2328", soft: "#59636e", line: "#d1d9e0", panel: "#f6f8fa", accent: "#0969da" },
  dark: { paper: "#1e1e1e", text: "#d4d4d4", soft: "#9a9a9a", line: "#3c3c3c", panel: "#252526", accent: "#4fc1ff" },
  blue: { paper: "#0b2545", text: "#eef4ed", soft: "#a9bcd0", line: "#2f4b6e", panel: "#13315c", accent: "#ffd166" },
  faint: { paper: "#fafafa", text: "#868b93", soft: "#9297a0", line: "#e4e6ea", panel: "#f1f2f4", accent: "#7d93b8" },
  faintDark: {
    paper: "#22252e",
    text: "#7d8493",
    soft: "#747b8a",
    line: "#343946",
    panel: "#282c36",
    accent: "#6d87b0",
  },
};

/** What one application's root element needs. */
export const lookToStyle = ({ family, mono, theme, sizePx }: Look): string => {
  const colours = Object.entries(coloursByTheme[theme]).map(([name, colour]) => `--${name}:${colour}`);
  return `${colours.join(";")};--mono:'${mono}',monospace;font:${sizePx}px/1.45 '${family}',sans-serif`;
};

export const sheet = `
* { box-sizing: border-box }
body { margin: 0; overflow: hidden; position: relative }
s, i { text-decoration: none; font-style: normal }
.app { background: var(--paper); color: var(--text); width: 100%; height: 100%; overflow: hidden;
  display: flex; flex-direction: column }
.body { display: flex; flex: 1; min-height: 0; overflow: hidden }
.bar { display: flex; gap: 1.2em; align-items: center; background: var(--panel); border-bottom: 1px solid var(--line);
  padding: .4em .9em; flex: none; white-space: nowrap; overflow: hidden }
.address { flex: 1; background: var(--paper); border-radius: 1em; padding: .15em 1em; color: var(--soft) }
.side { width: 13em; flex: none; background: var(--panel); border-right: 1px solid var(--line); padding: .8em;
  overflow: hidden }
.side p { margin: .35em 0 } .side b { display: block; margin: .6em 0; color: var(--accent) }
.main { flex: 1; min-width: 0; padding: .9em 1.2em; overflow: hidden }
.right { width: 24em; flex: none; border-left: 1px solid var(--line); padding: .9em; overflow: hidden }
h1 { font-size: 1.55em; margin: .2em 0 .5em } h2 { font-size: 1.2em; margin: .5em 0 }
p { margin: .35em 0 }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .28em .6em; border-bottom: 1px solid var(--line); white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis; max-width: 22em }
th { color: var(--soft); font-weight: 600 }
tr:nth-child(even) td { background: var(--panel) }
.sheet th, .sheet td { border: 1px solid var(--line) }
.card { border: 1px solid var(--line); border-radius: .5em; background: var(--panel); padding: .6em 1em; margin: .7em 0 }
.grid { display: grid; grid-template-columns: 1fr 1fr; gap: 0 1em }
label { color: var(--soft); display: inline-block; min-width: 11em; margin-right: .6em }
.field { display: inline-block; border: 1px solid var(--line); border-radius: .25em; background: var(--paper);
  padding: .15em .5em; min-width: 18em }
.mono { font-family: var(--mono) }
pre { font-family: var(--mono); margin: 0; padding: .5em .8em; white-space: pre; line-height: 1.4 }
.soft { color: var(--soft) } .accent { color: var(--accent) }
.button { background: var(--accent); color: var(--paper); border-radius: .3em; padding: .25em .9em; display: inline-block }
.number { color: var(--soft); display: inline-block; width: 2.6em; text-align: right; margin-right: 1em }
.window { position: absolute; border: 1px solid #0008; border-radius: 6px; overflow: hidden; display: flex;
  flex-direction: column; box-shadow: 0 6px 24px #0007 }
.title { background: #3a3f4b; color: #e8e8e8; font: 13px/26px 'DejaVu Sans'; padding: 0 .8em; flex: none;
  white-space: nowrap; overflow: hidden }
.window > .app { flex: 1; min-height: 0 }
canvas { display: block }
`;
