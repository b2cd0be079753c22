// What people do in terminals: a shell session, and a file open in an editor.
import { type Invention, type ItemClass, makers, noise } from "../items.ts";
import type { Line, Piece } from "./lines.ts";

const GREEN = 2;
const YELLOW = 3;
const CYAN = 6;
const GREY = 244;

type Make = (invention: Invention) => readonly Line[];

const item = (invention: Invention, itemClass: ItemClass, colour?: number): Piece => ({
  text: makers[itemClass](invention),
  itemClass,
  ...(colour === undefined ? {} : { colour }),
});

const plain = (text: string): Piece => ({ text });
const neutral = (text: string, colour?: number): Piece => ({
  text,
  neutral: true,
  ...(colour === undefined ? {} : { colour }),
});

/** One of the language's sentences with its places filled. */
const carrier = (invention: Invention): readonly Piece[] =>
  invention.dice
    .pick(invention.language.carriers)
    .split(/(\{\w+\})/)
    .filter((part) => part !== "")
    .map((part) => {
      const name = /^\{(\w+)\}$/.exec(part)?.[1];
      return name === undefined ? plain(part) : item(invention, name as ItemClass);
    });

const secretLines: readonly ((invention: Invention) => Line)[] = [
  (i) => [neutral("AWS_ACCESS_KEY_ID="), item(i, "apiKey")],
  (i) => [neutral("DATABASE_URL="), item(i, "credentials")],
  (i) => [neutral("SMTP_PASSWORD="), item(i, "password")],
  (i) => [neutral("ADMIN_EMAIL="), item(i, "email")],
  (i) => [neutral('curl -H "Authorization: Bearer '), item(i, "token"), neutral('"')],
  (i) => [neutral("mysql -u root -p"), item(i, "password"), neutral(" billing")],
  (i) => [neutral("git clone "), item(i, "credentials")],
  (i) => [neutral("export API_TOKEN="), item(i, "token", YELLOW)],
  (i) => [neutral("| "), item(i, "name"), neutral(" | "), item(i, "email"), neutral(" | "), item(i, "phone")],
  (i) => [neutral("Author: "), item(i, "name"), neutral(" <"), item(i, "email"), neutral(">")],
];

export const shellSession: Make = (invention) => {
  const { dice, language } = invention;
  const prompt = neutral("dev@build:~/work$ ", GREEN);
  const lines = Array.from({ length: 60 }, (): Line => {
    const kind = dice.below(5);
    if (kind < 2) return [...(dice.chance(0.5) ? [prompt] : []), ...dice.pick(secretLines)(invention)];
    if (kind === 2) return carrier(invention);
    if (kind === 3) return [plain(dice.pick(language.prose))];
    return [neutral(`${noise(dice)}  `, GREY), plain(dice.pick(language.titles))];
  });
  const key = makers.pem(invention).split("\n");
  const block: Line[] = [
    [prompt, neutral("cat key.pem")],
    [neutral("-----BEGIN PRIVATE KEY-----")],
    // Each line is an item of its own: in a terminal nothing holds them together.
    ...key.map((text): Line => [{ text, itemClass: "pem" }]),
    [neutral("-----END PRIVATE KEY-----")],
  ];
  return dice.chance(0.5) ? [...lines.slice(0, 6), ...block, ...lines.slice(6)] : lines;
};

export const editorSession: Make = (invention) => {
  const { dice, language } = invention;
  const keys = ["user", "host", "port", "mode", "owner"];
  const values: readonly ItemClass[] = ["password", "apiKey", "token", "email", "phone", "iban", "card", "term", "otp"];
  return Array.from({ length: 60 }, (_, index): Line => {
    const number = neutral(`${String(index + 1).padStart(4)} `, GREY);
    const kind = dice.below(6);
    if (kind < 2) {
      const itemClass = dice.pick(values);
      return [number, neutral(`${itemClass}: `, CYAN), neutral('"'), item(invention, itemClass), neutral('"')];
    }
    if (kind === 2) return [number, neutral("# ", GREY), ...carrier(invention)];
    if (kind === 3) return [number, neutral(`${dice.pick(keys)}: ${noise(dice)}`, CYAN)];
    return [number, plain(dice.pick(language.prose))];
  });
};
