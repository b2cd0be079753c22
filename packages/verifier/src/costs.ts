// What verifying a bundle may cost, counted before the first signature is looked at: a small file can ask for hours.
import { bytesToBase64Url, ok, type Result } from "@underseal/foundation";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle } from "./parse.ts";

export interface Costs {
  /** Rounds that starts and captures carry a signature of, each once for each beacon. */
  readonly signedRounds: number;
  readonly beaconKeys: number;
  /** Each once for each version of the terms, whose policy it is verified by. */
  readonly checkpoints: number;
  /** Lines of signatures under those checkpoints, besides the log's. */
  readonly cosignatures: number;
}

export const COSTS_MAX: Costs = {
  signedRounds: 20_000,
  beaconKeys: 8,
  checkpoints: 125_000,
  cosignatures: 400_000,
};

export const checkCosts = (bundle: ParsedBundle, max: Costs = COSTS_MAX): Result<void, VerificationFailure> => {
  const { signedRounds, beaconKeys } = countRounds(bundle);
  const { checkpoints, cosignatures } = countCheckpoints(bundle);
  const isBounded =
    signedRounds <= max.signedRounds &&
    beaconKeys <= max.beaconKeys &&
    checkpoints <= max.checkpoints &&
    cosignatures <= max.cosignatures;
  return isBounded ? ok(undefined) : refuse("BUNDLE_TOO_COSTLY");
};

const countRounds = ({ terms, records }: ParsedBundle): Pick<Costs, "signedRounds" | "beaconKeys"> => {
  const keys = new Map(
    terms.map(({ statement }) => [bytesToBase64Url(statement.hash), statement.body.draw.beacon.publicKey]),
  );
  const rounds = new Set<string>();
  for (const { statement } of records) {
    if (statement.name !== "start" && statement.name !== "capture") continue;
    const { round, sig } = statement.body.beacon;
    if (sig !== undefined) rounds.add(`${keys.get(statement.body.terms) ?? ""} ${round}`);
  }
  return { signedRounds: rounds.size, beaconKeys: new Set(keys.values()).size };
};

const countCheckpoints = (bundle: ParsedBundle): Pick<Costs, "checkpoints" | "cosignatures"> => {
  const { terms, records, revocations, weekStatement } = bundle;
  const notes = new Set([
    ...terms.map(({ statement, proof }) => `${bytesToBase64Url(statement.hash)}${noteOf(proof)}`),
    ...records.map(({ statement, proof }) => `${statement.body.terms}${noteOf(proof)}`),
    ...[...revocations, ...(weekStatement === null ? [] : [weekStatement])].map(({ proof }) => noteOf(proof)),
  ]);
  let cosignatures = 0;
  for (const note of notes) cosignatures += Math.max(0, note.split("\n\u2014 ").length - 2);
  return { checkpoints: notes.size, cosignatures };
};

/** The checkpoint in the text of a proof, behind its first empty line. */
const noteOf = (proof: string): string => proof.slice(proof.indexOf("\n\n") + 2);
