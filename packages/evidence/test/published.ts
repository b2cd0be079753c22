import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

// Test vectors that others published. They are not part of the repository: where the folder is missing, the tests
// that need it are skipped and say so in their names.
const ROOT = path.join(import.meta.dirname, "../../../../shared/vectors");

export const hasPublished = (folder: string): boolean => existsSync(path.join(ROOT, folder));

export const readPublished = (file: string): Uint8Array => new Uint8Array(readFileSync(path.join(ROOT, file)));

export const listPublished = (folder: string): readonly string[] =>
  hasPublished(folder) ? readdirSync(path.join(ROOT, folder)).sort() : [];

export const titleOf = (title: string, folder: string): string =>
  hasPublished(folder) ? title : `${title} (skipped: the published vectors are not in ../shared/vectors/${folder})`;
