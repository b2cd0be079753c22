import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";
import { decodeVerifierKey, type VerifierKey } from "../src/keys.ts";

/** Small data that others published; each file names its source. */
const readData = <T>(name: string): T =>
  // The two files' shapes are stated below; a wrong one makes the tests that read them fail.
  JSON.parse(readFileSync(path.join(import.meta.dirname, "data", name), "utf8")) as T;

/** A checkpoint of a public log with three public witnesses under it, and the proof of one entry. */
export const witnessed = readData<{
  readonly logKey: string;
  readonly witnesses: readonly string[];
  readonly index: number;
  readonly hashes: readonly string[];
  readonly entry: string;
  readonly checkpoint: string;
}>("witnessed-checkpoint.json");

/** A log of 15 entries written by another implementation: checkpoints by size, tiles in base64. */
export const tesseraLog = readData<{
  readonly logKey: string;
  readonly checkpoints: Readonly<Record<string, string>>;
  readonly tile: string;
  readonly entries: string;
}>("tessera-log.json");

export const keyOf = (text: string): VerifierKey => {
  const key = decodeVerifierKey(text);
  return key.ok ? key.value : expect.fail(key.error.code);
};
