// Where developers and those who present work: a cloud's console, an IDE, slides.
import type { ItemClass } from "../items.ts";
import { fields, inBrowser, type PageKind, rowsOf, sidebar, table } from "./kind.ts";

export const cloudConsole: PageKind = (w) => {
  const heads = ["name", "apiKey", "date", "status"].map(w.label);
  const rows = rowsOf(w.lines / 5, () => [
    w.noise(),
    `<span class="mono">${w.item(w.dice.pick(["apiKey", "token"]))}</span>`,
    w.time(),
    w.label("open"),
  ]);
  const values = fields(w, [
    ["secret", `<span class="mono">${w.item("password")}</span>`],
    ["token", `<span class="mono">${w.item("token")}</span>`],
    ["contact", w.item("email")],
    ["project", w.item("term")],
  ]);
  const log = w.times(w.lines / 2, () => {
    const tail = w.dice.chance(0.3) ? w.item(w.dice.pick<ItemClass>(["credentials", "token", "email"])) : w.noise();
    return `${w.time()} ${w.sentence()} ${tail}\n`;
  });
  const side = sidebar(w, "project team notes settings search");
  return inBrowser(
    w,
    "console.example/keys",
    `${side}<div class="main"><h1>${w.label("apiKey")}</h1><p>${w.sentence()}</p>${table(heads, rows)}
     <div class="card">${values}<span class="button">${w.label("save")}</span></div><pre>${log}</pre></div>`,
  );
};

export const ide: PageKind = (w) => {
  const k = (word: string): string => `<span class="accent" data-neutral>${word}</span>`;
  const assign = (name: string, itemClass: ItemClass) => (): string =>
    `${k("const")} <i data-neutral>${name}</i> = "${w.item(itemClass)}";`;
  const kinds = [
    ...[assign("apiKey", "apiKey"), assign("password", "password"), assign("databaseUrl", "credentials")],
    ...[assign("sessionToken", "token"), assign("owner", "email"), assign("testCard", "card")],
    ...[() => `<span class="soft">// ${w.sentence()}</span>`, () => `<span class="soft">// ${w.carrier()}</span>`],
    ...[() => `${k("await")} <i data-neutral>store.save(rows[${w.dice.below(9)}]);</i>`, () => ""],
    ...[() => `${k("if")} <i data-neutral>(!rows.length)</i> ${k("return")} <i data-neutral>null;</i>`],
  ];
  const code = w.times(
    w.lines,
    (line) => `<span class="number" data-neutral>${line + 1}</span>${w.dice.pick(kinds)()}\n`,
  );
  const file = (): string => `<p data-neutral>${w.dice.pick("index main store keys mail pages".split(" "))}.ts</p>`;
  return `<div class="bar"><span data-neutral>store.ts</span><span data-neutral>keys.ts</span></div><div class="body">
    <div class="side">${w.times(w.lines / 2, file)}</div><div class="main" style="padding:0"><pre>${code}</pre></div></div>
    <div class="bar soft">${w.sentence()}</div>`;
};

export const slides: PageKind = (w) => {
  const thumb = (): string =>
    `<div class="card" style="font-size:.62em"><b>${w.title()}</b><p>${w.sentence()}</p></div>`;
  const point = (): string => `<li>${w.dice.chance(0.5) ? w.carrier() : w.sentence()}</li>`;
  return `<div class="bar">${["save", "search", "team"].map((key) => `<span>${w.label(key)}</span>`).join("")}</div>
    <div class="body"><div class="side">${w.times(6, thumb)}</div><div class="main"><div class="card"
    style="padding:2em 3em;height:100%"><h1 style="font-size:2.6em">${w.title()}: ${w.item("term")}</h1>
    <ul style="font-size:1.5em">${w.times(6, point)}</ul>
    <div style="display:flex;gap:2em"><canvas data-photo="${w.dice.below(1e6)}" width="360" height="200"></canvas>
    <p style="font-size:1.3em">${w.item("name")}<br>${w.item("email")}<br>${w.item("phone")}</p></div></div></div></div>`;
};
