// Sensitive items, invented: numbers pass their checksums and keys have their issuers' shapes, but nobody issued them.
// But for `passphrase`, none consists of ordinary words only: no policy that shows ordinary words can hide those, so
// they are counted apart.
import { ALPHANUMERIC, CAPITALS, type Dice, LETTERS } from "./dice.ts";
import type { Language } from "./languages/index.ts";

export const itemClasses = [
  ...(["password", "apiKey", "token", "pem", "credentials", "otp", "code"] as const),
  ...(["card", "iban", "nationalId", "cell", "birthDate", "medical"] as const),
  ...(["name", "email", "phone", "address", "term", "passphrase"] as const),
] as const;

export type ItemClass = (typeof itemClasses)[number];

export interface Invention {
  readonly dice: Dice;
  readonly language: Language;
  /** The contract's list. */
  readonly terms: readonly string[];
}

type Maker = (invention: Invention) => string;

const HEX = "0123456789abcdef";
const URL_SAFE = `${ALPHANUMERIC}-_`;
const BASE64 = `${ALPHANUMERIC}+/`;
const BASE32 = `${CAPITALS}234567`;
const PEM_LINES = 5;
const PEM_WIDTH = 64;

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** Mostly random characters; what people make of a name and a year is in as well. */
const password: Maker = ({ dice, language }) =>
  dice.pick([
    () => `${dice.text(6, ALPHANUMERIC)}${dice.pick([..."!@#$%^&*"])}${dice.text(6, ALPHANUMERIC)}`,
    () => dice.text(16, ALPHANUMERIC),
    () => `${dice.text(4, ALPHANUMERIC)}-${dice.text(4, ALPHANUMERIC)}-${dice.text(4, ALPHANUMERIC)}`,
    () => `${dice.pick(language.given)}${dice.between(1950, 2019)}${dice.pick([..."!?#."])}`,
    () => `${capitalised(dice.pick(language.passphraseWords))}${dice.between(10, 9999)}${dice.pick([..."!?$"])}`,
  ])();

const apiKey: Maker = ({ dice }) =>
  dice.pick([
    () => `AKIA${dice.text(16, BASE32)}`,
    () => dice.text(40, BASE64),
    () => `ghp_${dice.text(36, ALPHANUMERIC)}`,
    () => `sk_live_${dice.text(24, ALPHANUMERIC)}`,
    () => `xoxb-${dice.pattern("###########")}-${dice.text(24, ALPHANUMERIC)}`,
    () => `AIza${dice.text(35, URL_SAFE)}`,
    () => `SG.${dice.text(22, URL_SAFE)}.${dice.text(30, URL_SAFE)}`,
  ])();

const token: Maker = ({ dice }) =>
  dice.pick([
    () => `eyJhbGciOiJIUzI1NiJ9.${dice.text(36, ALPHANUMERIC)}.${dice.text(43, URL_SAFE)}`,
    () => dice.text(32, HEX),
    () => dice.text(48, HEX),
    () => `${dice.text(8, HEX)}-${dice.text(4, HEX)}-${dice.text(4, HEX)}-${dice.text(4, HEX)}-${dice.text(12, HEX)}`,
    () => `glpat-${dice.text(20, URL_SAFE)}`,
  ])();

const pem: Maker = ({ dice }) => Array.from({ length: PEM_LINES }, () => dice.text(PEM_WIDTH, BASE64)).join("\n");

const credentials: Maker = ({ dice }) =>
  dice.pick([
    () => `postgres://app:${dice.text(14, ALPHANUMERIC)}@db.internal:5432/prod`,
    () => `https://admin:${dice.text(10, ALPHANUMERIC)}@host.internal/`,
    () => `redis://:${dice.text(18, ALPHANUMERIC)}@cache:6379/0`,
    () => `https://app.internal/reset?token=${dice.text(24, ALPHANUMERIC)}`,
  ])();

/** The last digit makes Luhn's sum a multiple of ten. */
const card: Maker = ({ dice }) => {
  const body = dice.pattern(dice.pick(["4##############", "51#############", "54#############", "4##############"]));
  const doubled = [...body].map((digit, index) => Number(digit) * (index % 2 === 0 ? 2 : 1));
  const sum = doubled.reduce((total, digit) => total + (digit > 9 ? digit - 9 : digit), 0);
  return `${body}${(10 - (sum % 10)) % 10}`.replace(/(.{4})(?=.)/g, "$1 ");
};

/** The check digits make the whole, country last and letters as numbers, leave 1 when divided by 97. */
const iban: Maker = ({ dice, language: { iban: form } }) => {
  const body = dice.pattern(form.body);
  const rearranged = `${body}${form.country}00`.replace(/\s/g, "");
  const digits = rearranged.replace(/[A-Z]/g, (letter) => String(CAPITALS.indexOf(letter) + 10));
  const check = String(98n - (BigInt(digits) % 97n)).padStart(2, "0");
  return `${form.country}${check} ${body}`;
};

const name: Maker = ({ dice, language }) => `${dice.pick(language.given)} ${dice.pick(language.family)}`;

const plainLetters = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase();

const email: Maker = ({ dice, language }) => {
  const given = plainLetters(dice.pick(language.given));
  const family = plainLetters(dice.pick(language.family));
  const local = dice.pick([`${given}.${family}`, `${given.charAt(0)}${family}`, `${given}${dice.between(1, 99)}`]);
  return `${local}@${dice.pick(["northwind.example", "globex.dev", "initech.net", "contoso.io", "mail.example"])}`;
};

const address: Maker = ({ dice, language }) =>
  dice.pattern(language.address.replace("%s", dice.pick(language.streets)).replace("%c", dice.pick(language.cities)));

const birthDate: Maker = ({ dice, language }) => {
  const two = (value: number): string => String(value).padStart(2, "0");
  const parts: Record<string, string> = {
    D: two(dice.between(1, 28)),
    M: two(dice.between(1, 12)),
    Y: String(dice.between(1938, 2012)),
  };
  return language.date.replace(/[DMY]/g, (part) => parts[part] ?? part);
};

/** What is sensitive only because of the heading or label it stands at. */
export const cellMakers = {
  amount: ({ dice }) => `${dice.between(31, 99)},${dice.pattern("###")}.00`,
  memberNumber: ({ dice }) => dice.pattern(dice.pick(["@-####-@", "########", "@@######"])),
  securityCode: ({ dice }) => dice.pattern("###"),
} as const satisfies Readonly<Record<string, Maker>>;

export const makers: Readonly<Record<ItemClass, Maker>> = {
  password,
  apiKey,
  token,
  pem,
  credentials,
  card,
  iban,
  name,
  email,
  address,
  birthDate,
  cell: cellMakers.memberNumber,
  otp: ({ dice }) => dice.pattern(dice.pick(["######", "### ###", "########"])),
  code: ({ dice }) => `otpauth://totp/app?secret=${dice.text(32, BASE32)}`,
  nationalId: ({ dice, language }) => dice.pattern(language.nationalId),
  phone: ({ dice, language }) => dice.pattern(dice.pick(language.phones)),
  medical: ({ dice, language }) => dice.pick(language.medical),
  term: ({ dice, terms }) => dice.pick(terms),
  passphrase: ({ dice, language }) =>
    dice
      .shuffled(language.passphraseWords)
      .slice(0, 5)
      .map((word) => word.toLowerCase())
      .join(" "),
};

/** A file's or machine's random-looking part: no secret, and no ordinary word either. */
export const noise = (dice: Dice): string =>
  dice.pick([
    dice.text(7, HEX),
    `${dice.text(5, LETTERS)}${dice.below(99)}`,
    dice.pattern("##:##:##"),
    dice.pattern("v#.##.#"),
  ]);
