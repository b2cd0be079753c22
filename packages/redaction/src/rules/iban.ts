// Account numbers (ISO 13616): the right length for a country and the check modulo 97. Where an OCR error broke the
// check, groups of four or a label stand in for it.
import type { Finding } from "../finding.ts";
import { foldToDigits } from "../fold.ts";
import type { Segment } from "../lines.ts";
import type { Word } from "../word.ts";
import type { Rule } from "./rule.ts";
import { strip } from "./tokens.ts";

const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 " +
    "FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 " +
    "MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 " +
    "SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
  )
    .split(" ")
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const LENGTH_MIN = 15;
const LENGTH_MAX = 34;
const WORDS_MAX = 14;

export const findIbans: Rule = ({ places }) =>
  places.flatMap(({ segment, labels }) => {
    const hasLabel = labels.some((label) => label.kind === "account");
    return ibansIn(segment, hasLabel);
  });

const ibansIn = ({ words }: Segment, hasLabel: boolean): readonly Finding[] => {
  const found: Finding[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const run = ibanAt(words, at, hasLabel);
    if (run.length === 0) continue;
    found.push({ words: run, reason: "iban" });
    at += run.length - 1;
  }
  return found;
};

const ibanAt = (words: readonly Word[], from: number, hasLabel: boolean): readonly Word[] => {
  const start = compact(words[from]?.text ?? "");
  const country = countryOf(start.slice(0, 2));
  const isTooShort =
    start.length < 2 || (start.length === 2 && !/^[\dOIlSB]{2}/.test(compact(words[from + 1]?.text ?? "")));
  if (country === undefined || isTooShort || (start.length > 2 && !/^..[\dOIlSBZ]{2}/.test(start))) return [];
  const { run, text, isGrouped } = collect(words, from, country.length);
  if (text.length < LENGTH_MIN) return [];
  const missing = Math.abs(text.length - country.length);
  if (missing === 0 && passesCheck(country.code + text.slice(2))) return run;
  const digits = (foldToDigits(text.slice(2)).match(/\d/g) ?? []).length;
  return missing <= 2 && digits >= text.length / 2 && (isGrouped || hasLabel || digits >= text.length - 3) ? run : [];
};

const compact = (text: string): string => strip(text.slice(0, 60)).replace(/[^\p{L}\p{N}|]/gu, "");

const countryOf = (letters: string): { readonly code: string; readonly length: number } | undefined => {
  const code = letters
    .replaceAll("0", "O")
    .replaceAll("8", "B")
    .replaceAll("5", "S")
    .replace(/[1l|]/g, "I")
    .toUpperCase();
  const length = LENGTHS.get(code);
  return length === undefined || /^[a-z]+$/.test(letters) ? undefined : { code, length };
};

const collect = (words: readonly Word[], from: number, lengthMax: number) => {
  let text = "";
  const run: Word[] = [];
  const sizes: number[] = [];
  for (const word of words.slice(from, from + WORDS_MAX)) {
    const group = compact(word.text);
    if (text.length + group.length > Math.min(LENGTH_MAX, lengthMax + 2) || !/^[\w|]*$/.test(group)) break;
    if (text.length >= lengthMax || (run.length > 1 && /^[A-Za-z]{3,}$/.test(group))) break;
    text += group;
    run.push(word);
    sizes.push(group.length);
  }
  return { run, text, isGrouped: sizes.filter((size) => size === 4).length >= 3 };
};

/** With letters read as digits too: most countries have digits only after the check digits. */
const passesCheck = (text: string): boolean => {
  const folded = text.slice(0, 2) + foldToDigits(text.slice(2));
  return (
    isCongruent(text.toUpperCase()) || isCongruent(folded.toUpperCase()) || isCongruent(keepBank(text).toUpperCase())
  );
};

/** Great Britain, the Netherlands and others: four letters of the bank, then digits. */
const keepBank = (text: string): string =>
  text.slice(0, 2) + foldToDigits(text.slice(2, 4)) + text.slice(4, 8) + foldToDigits(text.slice(8));

const isCongruent = (text: string): boolean => {
  let rest = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    if (Number.isNaN(value)) return false;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
};
