import path from "node:path";
import {
  base64ToBytes,
  bytesToBase64,
  bytesToUtf8,
  err,
  ok,
  type Random,
  type Result,
  redact,
  reveal,
  utf8ToBytes,
} from "@underseal/foundation";
import { cosignerKeyOf, encodeVerifierKey, isKeyName, type NoteSigner, SEED_BYTES } from "@underseal/tlog";
import type { WitnessStartError } from "./errors.ts";
import { createFile, readIfPresent } from "./files.ts";

// The witness's own key: two lines, its verifier key and its seed. The first line makes damage and a changed name
// show: one key under two names would be two witnesses that are one.

export interface KeyDeps {
  readonly dataDir: string;
  readonly name: string;
  readonly random: Random;
  /** Whether this witness has cosigned before, which without its key it could not have. */
  readonly hasCosigned: boolean;
}

/** Reads the key, or makes it at the first start ever. It is never overwritten. */
export const openKey = async (deps: KeyDeps): Promise<Result<NoteSigner, WitnessStartError>> => {
  const file = path.join(deps.dataDir, "witness-key");
  const kept = await readIfPresent(file);
  if (kept !== null) return parseKey(kept, deps.name, file);
  if (deps.hasCosigned) return err(missing(file));
  const signer = { name: deps.name, seed: redact(deps.random.bytes(SEED_BYTES)) };
  await createFile(file, formatKey(signer));
  const made = await readIfPresent(file);
  return made === null ? err(missing(file)) : parseKey(made, deps.name, file);
};

const formatKey = (signer: NoteSigner): Uint8Array =>
  utf8ToBytes(`${encodeVerifierKey(cosignerKeyOf(signer))}\n${bytesToBase64(reveal(signer.seed))}\n`);

const parseKey = (bytes: Uint8Array, name: string, file: string): Result<NoteSigner, WitnessStartError> => {
  const [vkey = "", encodedSeed = "", end, ...more] = (bytesToUtf8(bytes) ?? "").split("\n");
  const seed = base64ToBytes(encodedSeed);
  const keptName = vkey.split("+")[0] ?? "";
  if (seed?.length !== SEED_BYTES || end !== "" || more.length > 0 || !isKeyName(keptName)) return err(damaged(file));
  const signer = { name: keptName, seed: redact(seed) };
  if (encodeVerifierKey(cosignerKeyOf(signer)) !== vkey) return err(damaged(file));
  return keptName === name ? ok(signer) : err(renamed(file, keptName));
};

const damaged = (file: string): WitnessStartError => ({
  code: "KEY_DAMAGED",
  message:
    `The key ${file} is damaged. Put it back from a backup; do not delete it: ` +
    "those who trust this witness know it by that key.",
});

const missing = (file: string): WitnessStartError => ({
  code: "KEY_MISSING",
  message:
    `The key ${file} is gone, though this witness has cosigned before. Put it back from a backup, ` +
    "or give a new witness a data directory of its own.",
});

const renamed = (file: string, name: string): WitnessStartError => ({
  code: "KEY_OF_ANOTHER_NAME",
  message: `The key ${file} belongs to the name ${name}: start with that name, or with another data directory.`,
});
