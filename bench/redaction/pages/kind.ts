import type { Writer } from "../writer.ts";

/** Writes the inside of one application's window. */
export type PageKind = (writer: Writer) => string;

/** What a browser has around a page; none of it is sensitive. */
export const inBrowser = (writer: Writer, host: string, inside: string): string =>
  `<div class="bar"><span>←</span><span>→</span><span class="address" data-neutral>https://${host}</span></div>
   <div class="bar soft">${writer.times(3, () => `<span>${writer.title()}</span>`)}</div>
   <div class="body">${inside}</div>`;

export const sidebar = (writer: Writer, keys: string): string =>
  `<div class="side"><b>${writer.title()}</b>${keys
    .split(" ")
    .map((key) => `<p>${writer.label(key)}</p>`)
    .join("")}<b>${writer.title()}</b>${writer.times(4, () => `<p>${writer.title()}</p>`)}</div>`;

export const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  `<table><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr>${rows
    .map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`)
    .join("")}</table>`;

export const rowsOf = (count: number, write: (index: number) => readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: Math.ceil(count) }, (_, index) => write(index));

/** Labels with their values, one a line. */
export const fields = (writer: Writer, values: readonly (readonly [string, string])[]): string =>
  values
    .map(([key, value]) => `<p><label>${writer.label(key)}</label><span class="field">${value}</span></p>`)
    .join("");
