// The canary search: words that stood on the screen are looked for in everything the server side has. It also looks
// for a word that must be there, so that a search that sees nothing is noticed.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { bytesToBase64, bytesToHex, utf8ToBytes } from "@underseal/foundation";

export interface CanaryPlace {
  readonly name: string;
  /** A file, or a folder searched with all that is in it. */
  readonly path: string;
  /** A word known to be in there. */
  readonly control: string;
}

export interface CanaryReport {
  readonly place: string;
  readonly bytes: number;
  readonly found: readonly string[];
  readonly isControlFound: boolean;
}

export const searchCanaries = async (place: CanaryPlace, canaries: readonly string[]): Promise<CanaryReport> => {
  const found = new Set<string>();
  let bytes = 0;
  let isControlFound = false;
  for (const file of await listFiles(place.path)) {
    const content = await readFile(file);
    bytes += content.length;
    for (const word of canaries) if (spellings(word).some((spelling) => content.includes(spelling))) found.add(word);
    isControlFound ||= spellings(place.control).some((spelling) => content.includes(spelling));
  }
  return { place: place.name, bytes, found: [...found], isControlFound };
};

/** How a word can stand in a file: as it is, in UTF-16, hexadecimal, or base64 (either alphabet) at each of its three alignments. */
export const spellings = (word: string): readonly Buffer[] => {
  const bytes = utf8ToBytes(word);
  const hex = bytesToHex(bytes);
  const base64 = [0, 1, 2].map((shift) => {
    const shifted = new Uint8Array(shift + bytes.length);
    shifted.set(bytes, shift);
    // The first and last characters also depend on the neighbours.
    return bytesToBase64(shifted)
      .replace(/=+$/, "")
      .slice(shift === 0 ? 0 : shift + 1, -2);
  });
  const base64Url = base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_"));
  const texts = [word, word.toLowerCase(), hex, hex.toUpperCase(), ...base64, ...base64Url];
  return [...texts.map((text) => Buffer.from(text, "utf8")), Buffer.from(word, "utf16le")];
};

const listFiles = async (start: string): Promise<string[]> => {
  const entries = await readdir(start, { withFileTypes: true, recursive: true }).catch((cause) => {
    if (cause.code === "ENOTDIR") return null;
    throw cause;
  });
  if (entries === null) return [start];
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
};
