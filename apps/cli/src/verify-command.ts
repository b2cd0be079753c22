import { hexToBytes } from "@underseal/foundation";
import { type Command, InvalidArgumentError } from "commander";
import type { BundleOptions } from "./verify.ts";
import type { BeaconOptions, CheckpointOptions, ConsistencyOptions, InclusionOptions } from "./verify-pieces.ts";

const KEY_HELP = "the log's key, or a witness's: name+id+key (repeatable)";
const PROOF_HELP = "the proof's hashes, from the bottom up, with commas between";

export const addVerifyCommand = (program: Command): void => {
  const verify = program.command("verify").description("check evidence offline, without trusting the platform");
  addBundle(verify);
  addCheckpoint(verify);
  addInclusion(verify);
  addConsistency(verify);
  addBeacon(verify);
  addOpening(verify);
  for (const command of verify.commands) command.option("--json", "print the verdict as JSON");
};

const addBundle = (verify: Command) =>
  verify
    .command("bundle")
    .description("check an exported week: signatures, log proofs, draws, blobs")
    .argument("<file>", "the exported bundle; - for standard input")
    .option("--every-round", "also verify the beacon's rounds without a capture (slow: minutes for a week)")
    .action(async (file: string, options: BundleOptions) => (await import("./verify.ts")).verifyFile(file, options));

const addCheckpoint = (verify: Command) =>
  verify
    .command("checkpoint")
    .description("check who signed a log's checkpoint, and which witnesses saw it")
    .argument("<note>", "the checkpoint as the log served it; - for standard input")
    .requiredOption("--key <vkey...>", KEY_HELP)
    .option("--quorum <number>", "how many of the witnesses given must have cosigned", count, 0)
    .action(async (note: string, options: CheckpointOptions) =>
      (await import("./verify-pieces.ts")).verifyCheckpoint(note, options),
    );

const addInclusion = (verify: Command) =>
  verify
    .command("inclusion")
    .description("check that an entry is in a log, as of one checkpoint")
    .requiredOption("--checkpoint <note>", "the checkpoint; - for standard input")
    .requiredOption("--index <number>", "the entry's place in the log, from 0", count)
    .requiredOption("--leaf-hash <hex>", "the hash of the entry as a leaf", hash)
    .requiredOption("--proof <hex>", `${PROOF_HELP}; empty for a log of one entry`, hashes)
    .option("--key <vkey...>", `${KEY_HELP}; without one nothing shows who signed`)
    .action(async (options: InclusionOptions) => (await import("./verify-pieces.ts")).verifyInclusion(options));

const addConsistency = (verify: Command) =>
  verify
    .command("consistency")
    .description("check that a log has only grown between two checkpoints")
    .requiredOption("--old <note>", "the smaller checkpoint; - for standard input")
    .requiredOption("--new <note>", "the larger checkpoint; - for standard input")
    .requiredOption("--proof <hex>", `${PROOF_HELP}; empty for two of one size`, hashes)
    .option("--key <vkey...>", `${KEY_HELP}; without one nothing shows who signed`)
    .action(async (options: ConsistencyOptions, command: Command) => {
      if (options.old === "-" && options.new === "-") command.error("error: only one note can be standard input");
      await (await import("./verify-pieces.ts")).verifyConsistency(options);
    });

const addBeacon = (verify: Command) =>
  verify
    .command("beacon")
    .description("check one round of a public beacon")
    .requiredOption("--scheme <name>", "quicknet (bls-unchained-g1-rfc9380)")
    .requiredOption("--public-key <hex>", "the beacon's key, 96 bytes", bytes)
    .requiredOption("--round <number>", "which round, from 1", count)
    .requiredOption("--signature <hex>", "the round's signature, 48 bytes", bytes)
    .action(async (options: BeaconOptions) => (await import("./verify-pieces.ts")).verifyBeacon(options));

const addOpening = (verify: Command) =>
  verify
    .command("opening")
    .description("check opened parts of a capture against what was recorded")
    .argument("<file>", "the opening; - for standard input")
    .action(async (file: string, options: { json?: boolean }) =>
      (await import("./verify-pieces.ts")).verifyOpeningFile(file, options),
    );

const count = (text: string): number => {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw new InvalidArgumentError("It is not a whole number.");
  return number;
};

const bytes = (text: string): Uint8Array => {
  const read = hexToBytes(text.toLowerCase());
  if (read === null || read.length === 0) throw new InvalidArgumentError("It is not in hexadecimal digits.");
  return read;
};

const HASH_BYTES = 32;

const hash = (text: string): Uint8Array => {
  const read = bytes(text);
  if (read.length !== HASH_BYTES) throw new InvalidArgumentError("A hash has 64 hexadecimal digits.");
  return read;
};

const hashes = (text: string): readonly Uint8Array[] => (text.trim() === "" ? [] : text.split(",").map(hash));
