import type { Word } from "../../src/word.ts";

const box = (row: number, column: number) => ({ x: column * 60, y: row * 18, width: 52, height: 12 });

export const grid = (text: (at: number) => string, count: number): readonly Word[] =>
  Array.from({ length: count }, (_, at) => ({
    text: text(at),
    box: box(Math.floor(at / 25), at % 25),
    confidence: 90,
  }));

export const oneLine = (text: (at: number) => string, count: number): readonly Word[] =>
  Array.from({ length: count }, (_, at) => ({ text: text(at), box: box(0, at), confidence: 90 }));

export const HOSTILE: readonly (readonly [string, (at: number) => string])[] = [
  ["one letter", () => "a".repeat(600)],
  ["capitals", () => "A".repeat(600)],
  ["digits", () => "1".repeat(600)],
  ["short numbers", (at) => String(1000 + at)],
  ["letters and dashes", () => "A-".repeat(300)],
  ["dots", () => "a.".repeat(300)],
  ["at signs", () => "a@".repeat(300)],
  ["slashes", () => "://a:".repeat(100)],
  ["labels", () => "password"],
  ["many labels in one word", () => "password_".repeat(60)],
  ["capitalised words", () => "Street"],
  ["names", () => "Annette"],
  ["dates", () => "12/04/1971"],
  ["beginnings of keys", () => "-----BEGINRSAKEY-----"],
  ["ends of keys", () => "-----ENDRSAKEY-----"],
  ["bars", () => "|"],
  ["headings", (at) => ["Name", "Password", "Email"][at % 3] ?? ""],
  ["look-alikes", () => "lI1|O0".repeat(80)],
  ["marks", () => "\u0301".repeat(600)],
];
