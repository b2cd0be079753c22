// Where rows and forms about people are kept: passwords, customers, a spreadsheet, a calendar.
import { fields, inBrowser, type PageKind, rowsOf, sidebar, table } from "./kind.ts";

export const passwords: PageKind = (w) => {
  const heads = ["name", "user", "password", "date"].map(w.label);
  const rows = rowsOf(w.lines * 0.7, () => [
    w.title(),
    w.item("email"),
    `<span class="mono">${w.item("password")}</span>`,
    w.time(),
  ]);
  const mono = (html: string): string => `<span class="mono">${html}</span>`;
  const entry = fields(w, [
    ["user", w.item("email")],
    ["password", mono(w.item("password"))],
    ["code", mono(w.item("otp"))],
    ["recovery", mono(w.item("token"))],
    ["apiKey", mono(w.item("apiKey"))],
  ]);
  const phrase = `<p>${w.label("notes")}: ${w.sentence()}</p><p class="mono">${w.item("passphrase")}</p>`;
  return `<div class="body">${sidebar(w, "search archive notes settings")}<div class="main"><h1>${w.title()}</h1>
    <div class="grid"><div class="card">${entry}</div><div class="card"><h2>${w.label("privateKey")}</h2>
    <pre><i data-neutral>-----BEGIN PRIVATE KEY-----</i>\n${w.item("pem")}\n<i data-neutral>-----END PRIVATE KEY-----</i></pre>
    ${phrase}<div data-qr="${w.dice.below(1e6)}"></div></div></div>${table(heads, rows)}</div></div>`;
};

export const customers: PageKind = (w) => {
  const heads = ["name", "company", "phone", "email", "status", "amount"].map(w.label);
  const rows = rowsOf(w.lines * 0.7, () => [
    ...[w.item("name"), w.item("term"), w.item("phone"), w.item("email")],
    ...[w.dice.pick([w.label("open"), w.label("paid")]), w.amount()],
  ]);
  const notes = w.times(3, () => `<p><span class="soft">${w.time()}</span> ${w.carrier()}</p>`);
  const detail = fields(w, [
    ["address", w.item("address")],
    ["birthDate", w.item("birthDate")],
    ["memberNumber", w.cell("memberNumber")],
  ]);
  const card = `<div class="card"><h2>${w.item("name")}</h2>${detail}<h2>${w.label("notes")}</h2>${notes}</div>`;
  const side = sidebar(w, "today customer project meeting archive settings");
  return inBrowser(w, "crm.example/people", `${side}<div class="main">${card}${table(heads, rows)}</div>`);
};

export const spreadsheet: PageKind = (w) => {
  const heads = ["", ...["employee", "birthDate", "salary", "iban", "taxId", "month", "notes"].map(w.label)];
  const rows = rowsOf(w.lines, (row) => [
    `<span class="soft">${row + 2}</span>`,
    ...[w.item("name"), w.item("birthDate"), w.cell("amount"), w.item("iban"), w.item("nationalId")],
    ...[w.title(), w.sentence()],
  ]);
  const tools = ["save", "search", "settings", "total", "date", "notes"].map((key) => `<span>${w.label(key)}</span>`);
  return `<div class="bar">${tools.join("")}</div><div class="bar soft"><span data-neutral>C4</span>${w.cell("amount")}</div>
    <div class="main sheet" style="padding:0">${table(heads, rows)}</div>
    <div class="bar"><b>${w.title()}</b><span>${w.title()}</span></div>`;
};

export const calendar: PageKind = (w) => {
  const entry = (): string => {
    const what = w.dice.pick([
      () => `${w.label("meeting")} ${w.item("name")}`,
      () => `${w.title()} ${w.item("term")}`,
      () => `${w.label("contact")}: ${w.item("phone")}`,
      () => w.item("medical"),
      () => w.title(),
    ]);
    return `<div style="background:var(--panel);border-left:3px solid var(--accent);margin:.5em 0;padding:.2em .5em">
      <span class="soft">${w.time()}</span><br>${what()}</div>`;
  };
  const day = (index: number): string =>
    `<div style="border-left:1px solid var(--line);padding:.4em;overflow:hidden"><b>${index + 3}</b>${w.times((w.lines * w.dice.between(4, 9)) / 30, entry)}</div>`;
  return inBrowser(
    w,
    "calendar.example/week",
    `${sidebar(w, "today meeting team settings search")}
     <div class="main" style="display:grid;grid-template-columns:repeat(5,1fr);padding:0">${w.times(5, day)}</div>`,
  );
};
