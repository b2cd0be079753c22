// What pages are written with. Everything that is sensitive carries `data-item` and its class; what is neither
// sensitive nor an ordinary word carries `data-neutral`; all other words are ordinary.
import { cellMakers, type Invention, type ItemClass, makers, noise } from "./items.ts";

export interface Writer extends Invention {
  /** About how many lines of text the window has room for. */
  readonly lines: number;
  item(itemClass: ItemClass): string;
  cell(kind: keyof typeof cellMakers): string;
  label(key: string): string;
  title(): string;
  sentence(): string;
  paragraph(sentences: number): string;
  /** A sentence with one or two items in it. */
  carrier(): string;
  noise(): string;
  amount(): string;
  time(): string;
  /** Repeats, each time anew. */
  times(count: number, write: (index: number) => string): string;
}

export const createWriter = (invention: Invention & { readonly lines: number }): Writer => {
  const { dice, language } = invention;
  const item = (itemClass: ItemClass): string => mark(itemClass, makers[itemClass](invention));
  const sentence = (): string => escapeHtml(dice.pick(language.prose));
  return {
    ...invention,
    item,
    cell: (kind) => mark("cell", cellMakers[kind](invention)),
    label: (key) => escapeHtml(language.labels[key] ?? key),
    title: () => escapeHtml(dice.pick(language.titles)),
    sentence,
    paragraph: (sentences) => Array.from({ length: sentences }, sentence).join(" "),
    carrier: () => escapeHtml(dice.pick(language.carriers)).replace(/\{(\w+)\}/g, (_, name) => item(toItemClass(name))),
    noise: () => neutral(noise(dice)),
    amount: () => neutral(`${dice.between(3, 990)}.${dice.pattern("##")}`),
    time: () => neutral(`${dice.between(7, 19)}:${dice.pick(["00", "15", "30", "45"])}`),
    times: (count, write) => Array.from({ length: Math.ceil(count) }, (_, index) => write(index)).join(""),
  };
};

export const mark = (itemClass: ItemClass, text: string): string =>
  `<s data-item="${itemClass}">${escapeHtml(text)}</s>`;

export const neutral = (text: string): string => `<i data-neutral>${escapeHtml(text)}</i>`;

export const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const toItemClass = (name: string): ItemClass => {
  if (!Object.hasOwn(makers, name)) throw new Error(`a sentence has a place for "${name}"`);
  // The line above has made sure of it.
  return name as ItemClass;
};
