// Page kinds of the frozen set alone. Whoever improves the redaction does not look at what it makes of these: only CI
// and the final number may run them.
import { fields, inBrowser, type PageKind, rowsOf, sidebar, table } from "../pages/kind.ts";

const healthRecord: PageKind = (w) => {
  const heads = ["patient", "birthDate", "memberNumber", "phone", "diagnosis", "date"].map(w.label);
  const rows = rowsOf(w.lines / 2, () => [
    ...[w.item("name"), w.item("birthDate"), w.cell("memberNumber"), w.item("phone"), w.item("medical"), w.time()],
  ]);
  const left = fields(w, [
    ["birthDate", w.item("birthDate")],
    ["taxId", w.item("nationalId")],
    ["phone", w.item("phone")],
    ["address", w.item("address")],
  ]);
  const right = fields(w, [
    ["insurance", w.cell("memberNumber")],
    ["diagnosis", w.item("medical")],
    ["medication", w.item("medical")],
    ["contact", `${w.item("name")} ${w.item("phone")}`],
  ]);
  return `<div class="body">${sidebar(w, "today patient medication notes search settings")}<div class="main">
    <h1>${w.label("patient")}: ${w.item("name")}</h1><div class="grid"><div class="card">${left}</div>
    <div class="card">${right}</div></div><p>${w.paragraph(2)} ${w.carrier()}</p>${table(heads, rows)}</div></div>`;
};

const bank: PageKind = (w) => {
  const heads = ["date", "name", "iban", "subject", "amount"].map(w.label);
  const rows = rowsOf(w.lines * 0.6, () => [w.time(), w.item("name"), w.item("iban"), w.title(), w.amount()]);
  const cards = w.times(
    2,
    () =>
      `<div class="card"><h2>${w.title()}</h2>${fields(w, [
        ["card", w.item("card")],
        ["iban", w.item("iban")],
        ["balance", w.cell("amount")],
      ])}</div>`,
  );
  const side = sidebar(w, "balance transfer card settings inbox");
  return inBrowser(
    w,
    "bank.example/accounts",
    `${side}<div class="main"><h1>${w.label("balance")}</h1><div class="grid">${cards}</div><p>${w.sentence()}</p>
     <p>${w.label("code")}: ${w.item("otp")}</p>${table(heads, rows)}</div>`,
  );
};

const document: PageKind = (w) => {
  const clause = (index: number): string => `<p>${index + 1}. ${w.paragraph(2)} ${w.carrier()} ${w.sentence()}</p>`;
  const paper = `background:#fff;color:#222;width:46em;margin:1em auto;padding:3em 4em;height:64em;overflow:hidden`;
  return `<div class="bar"><span>−</span><span>+</span><span class="soft">${w.title()}</span></div>
    <div class="body" style="background:#777"><div class="side">${w.times(5, () => `<p>${w.title()}</p>`)}</div>
    <div style="flex:1;overflow:hidden"><div style="${paper}"><h1>${w.title()}</h1>
    <p>${w.item("name")}<br>${w.item("address")}</p><p>${w.item("term")}<br>${w.item("address")}</p>
    ${w.times(9, clause)}<p>${w.item("iban")}</p></div></div></div>`;
};

const tickets: PageKind = (w) => {
  const ticket = (): string =>
    `<div class="card"><b>${w.title()}</b> ${w.noise()}<p>${w.dice.chance(0.6) ? w.carrier() : w.sentence()}</p>
     <p class="soft">${w.item("name")}</p></div>`;
  const column = (key: string): string => `<div><h2>${w.label(key)}</h2>${w.times(w.lines / 6, ticket)}</div>`;
  const board = ["open", "today", "notes", "paid"].map(column).join("");
  return inBrowser(
    w,
    "board.example/all",
    `${sidebar(w, "project team search settings")}<div class="main"><h1>${w.item("term")}</h1>
     <div style="display:grid;grid-template-columns:repeat(4,1fr);gap:1em">${board}</div></div>`,
  );
};

const checkout: PageKind = (w) => {
  const form = fields(w, [
    ["name", w.item("name")],
    ["email", w.item("email")],
    ["phone", w.item("phone")],
    ["address", w.item("address")],
    ["birthDate", w.item("birthDate")],
    ["card", w.item("card")],
    ["securityCode", w.cell("securityCode")],
    ["password", w.item("password")],
  ]);
  const rows = rowsOf(6, () => [w.title(), w.noise(), w.amount()]);
  const heads = ["name", "status", "amount"].map(w.label);
  return inBrowser(
    w,
    "shop.example/pay",
    `<div class="main" style="font-size:1.15em"><h1>${w.title()}</h1><div class="card">${form}
     <span class="button">${w.label("send")}</span></div><p>${w.paragraph(3)}</p></div>
     <div class="right"><h2>${w.label("total")}</h2>${table(heads, rows)}<p>${w.carrier()}</p>
     <p>${w.label("contact")}: ${w.item("email")}</p><div data-qr="${w.dice.below(1e6)}"></div></div>`,
  );
};

export const frozenPageKinds: Readonly<Record<string, PageKind>> = {
  ...{ "health record": healthRecord, bank, "document viewer": document, tickets, checkout },
};
