// Where a code is typed in, one digit in each box. It occurs in the set to work on only.
import { mark } from "../writer.ts";
import { inBrowser, type PageKind } from "./kind.ts";

const DIGITS = 6;

export const signIn: PageKind = (w) => {
  const code = (): string => {
    const sidePx = w.dice.between(36, 56);
    const letters = `font-size:${w.dice.between(14, 32)}px;line-height:${sidePx - 2}px;text-align:center`;
    const box = `width:${sidePx}px;min-width:0;padding:0;margin-right:${w.dice.between(8, 16)}px;${letters}`;
    return w.times(DIGITS, () => `<span class="field" style="${box}">${mark("otp", w.dice.pattern("#"))}</span>`);
  };
  const card = (): string =>
    `<div class="card"><h2>${w.title()}</h2><p>${w.sentence()} ${w.item("email")}</p><p>${w.label("code")}</p>
     <p>${code()}</p><p><span class="button">${w.label("send")}</span> <span class="soft">${w.label("cancel")}</span></p></div>`;
  return inBrowser(w, "accounts.example/verify", `<div class="main grid">${w.times(w.lines / 6, card)}</div>`);
};
