// What was verified once in this worker and need not be again: a week's captures share their terms, devices, rounds and
// checkpoints. Only the very same bytes are recognised, and every list has its end.
import type { Result } from "@underseal/foundation";
import type { Checkpoint, TlogError } from "@underseal/tlog";
import type { Fault } from "./checks.ts";
import type { VerifiedParties } from "./verify-parties.ts";

/** The value for a key that spells all that it depends on; made the first time. */
type Recall<Value> = (key: string, make: () => Value) => Value;

const createRecall = <Value>(sizeMax: number): Recall<Value> => {
  const known = new Map<string, Value>();
  return (key, make) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = make();
    const [oldest] = known.keys();
    if (known.size >= sizeMax && oldest !== undefined) known.delete(oldest);
    known.set(key, value);
    return value;
  };
};

/** Contracts: two people and their devices each. */
const PARTIES_MAX = 16;
/** A busy week shows a new checkpoint with every segment. */
const CHECKPOINTS_MAX = 2_000;
const ROUNDS_MAX = 5_000;
const SIGNATURES_MAX = 20_000;

export interface Memory {
  readonly parties: Recall<Result<VerifiedParties, Fault>>;
  readonly checkpoints: Recall<Result<Checkpoint, TlogError>>;
  /** Whether a signature is that of the beacon's round. */
  readonly rounds: Recall<boolean>;
  /** Whether a statement is signed by a key. */
  readonly signatures: Recall<boolean>;
}

export const createMemory = (): Memory => ({
  parties: createRecall(PARTIES_MAX),
  checkpoints: createRecall(CHECKPOINTS_MAX),
  rounds: createRecall(ROUNDS_MAX),
  signatures: createRecall(SIGNATURES_MAX),
});
