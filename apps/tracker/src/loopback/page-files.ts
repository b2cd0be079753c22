import { readFile } from "node:fs/promises";

export interface PageFile {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** Each by its name: no address ever becomes a path. */
const FILES = {
  "/": ["page.html", "text/html; charset=utf-8"],
  "/review": ["review.html", "text/html; charset=utf-8"],
  "/page.js": ["page.js", "text/javascript; charset=utf-8"],
  "/review.js": ["review.js", "text/javascript; charset=utf-8"],
  "/picture.js": ["picture.js", "text/javascript; charset=utf-8"],
  "/days.js": ["days.js", "text/javascript; charset=utf-8"],
  "/parcel.js": ["parcel.js", "text/javascript; charset=utf-8"],
  "/session.js": ["session.js", "text/javascript; charset=utf-8"],
  "/text.js": ["text.js", "text/javascript; charset=utf-8"],
  "/page.css": ["page.css", "text/css; charset=utf-8"],
  "/review.css": ["review.css", "text/css; charset=utf-8"],
  "/still.svg": ["still.svg", "image/svg+xml"],
  "/tracking.svg": ["tracking.svg", "image/svg+xml"],
} as const;

export const readPageFiles = async (): Promise<ReadonlyMap<string, PageFile>> => {
  const files = Object.entries(FILES).map(async ([address, [name, type]]) => {
    const bytes = await readFile(new URL(`./page/${name}`, import.meta.url));
    return [address, { type, bytes }] as const;
  });
  return new Map(await Promise.all(files));
};
