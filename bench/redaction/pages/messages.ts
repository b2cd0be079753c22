// Where people write to each other: mail, chat, and a video call with its pictures.
import { inBrowser, type PageKind, rowsOf, sidebar, table } from "./kind.ts";

export const mail: PageKind = (w) => {
  const rows = rowsOf(w.lines * 0.7, () => [w.item("name"), `<b>${w.title()}</b> – ${w.sentence()}`, w.time()]);
  const letter = `<div class="card"><h2>${w.title()}</h2>
    <p><label>${w.label("contact")}</label>${w.item("name")} &lt;${w.item("email")}&gt;</p>
    ${w.times(3, () => `<p>${w.sentence()} ${w.carrier()} ${w.sentence()}</p><p>${w.carrier()}</p>`)}
    <p>${w.item("name")}<br>${w.item("term")}<br>${w.item("address")}<br>${w.item("phone")}</p></div>`;
  const side = sidebar(w, "inbox sent drafts archive settings");
  return inBrowser(w, "mail.example/inbox", `${side}<div class="main">${letter}${table([], rows)}</div>`);
};

export const chat: PageKind = (w) => {
  const message = (): string =>
    `<p><b>${w.item("name")}</b> <span class="soft">${w.time()}</span><br>${
      w.dice.chance(0.55) ? w.carrier() : w.sentence()
    } ${w.dice.chance(0.3) ? w.sentence() : ""}</p>`;
  const secret = w.dice.chance(0.4) ? `<p>${w.label("password")}: ${w.item("passphrase")}</p>` : "";
  return `<div class="body">${sidebar(w, "team project meeting today notes")}<div class="main"><h2>${w.title()}</h2>
    ${w.times(w.lines / 5, message)}${secret}${w.times(w.lines / 3, message)}</div></div>
    <div class="bar"><span class="field">${w.sentence()}</span><span class="button">${w.label("send")}</span></div>`;
};

/** The canvases are painted by the page itself, from their seeds. */
export const call: PageKind = (w) => {
  const face = (): string =>
    `<div style="position:relative"><canvas data-photo="${w.dice.below(1e6)}" width="420" height="260"></canvas>
     <p style="position:absolute;left:0;bottom:0;background:#000a;color:#fff;padding:.2em .6em">${w.item("name")}</p></div>`;
  const side = w.times(
    w.lines / 5,
    () => `<p><b>${w.item("name")}</b> <span class="soft">${w.time()}</span><br>${w.carrier()}</p>`,
  );
  const qr = `<div class="card" style="text-align:center"><div data-qr="${w.dice.below(1e6)}"></div><p>${w.label("today")}</p></div>`;
  return `<div class="bar"><b>${w.title()}</b><span class="soft">${w.label("meeting")} ${w.time()}</span></div>
    <div class="body"><div class="main"><div style="display:grid;grid-template-columns:repeat(3,max-content);gap:1em">
    ${w.times(6, face)}</div><p>${w.paragraph(2)}</p></div><div class="right">${side}${qr}</div></div>
    <div class="bar"><span class="button">${w.label("cancel")}</span><span>${w.label("notes")}</span></div>`;
};
