import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

// Test vectors that others published. They are not part of the repository: where the folder is missing, the tests
// that need it are skipped and say so in their names.
const ROOT = path.join(import.meta.dirname, "../../../../shared/vectors");

export const hasVectors = (folder: string): boolean => existsSync(path.join(ROOT, folder));

export const readVector = <T>(file: string): T =>
  // The files' shapes are stated by their publishers; a wrong one makes the test that reads it fail.
  JSON.parse(readFileSync(path.join(ROOT, file), "utf8")) as T;

export const listVectors = (folder: string): readonly string[] =>
  hasVectors(folder)
    ? readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".json"))
        .sort()
        .map((name) => path.join(folder, name))
    : [];

export const titleOf = (title: string, folder: string): string =>
  hasVectors(folder) ? title : `${title} (skipped: the published vectors are not in ../shared/vectors/${folder})`;
