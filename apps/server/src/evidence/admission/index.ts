// Admission of device records (protocol §8): parse → queue → decide → store. What a record is by itself (its form, its
// signature, the beacon's round that it shows) is judged at once; what it is among others is decided in batches, one
// transaction each. A record is admitted whole or not at all; sent again, it is answered from what was stored.
import { type Refusal, refusal } from "@underseal/api";
import { err, ok, type Result } from "@underseal/foundation";
import { createGroupCommit, type GroupCommit } from "../../platform/group-commit.ts";
import { isDatabaseAway } from "../../platform/postgres/database.ts";
import type { EvidenceDeps } from "../ports.ts";
import { type AdmitDeps, admitBatch, type Outcome, type Undecided } from "./admit.ts";
import { createArrivalSigner } from "./arrivals.ts";
import { findClaimedRounds } from "./claimed-rounds.ts";
import { drawRuns } from "./draw-runs.ts";
import type { DrawTask } from "./ground.ts";
import {
  checkSigner,
  claimedRoundOf,
  type DeviceRecord,
  type Draws,
  readDeviceRecord,
  type SignedRecord,
  signerKeyIdOf,
} from "./record.ts";
import { createShares } from "./shares.ts";
import { createSigners, type Signers } from "./signers.ts";
import { createTermsOf } from "./terms.ts";

export interface Admission {
  /**
   * Admits each of these or answers which rule it breaks, in their order, one after the other: of one chain, each may
   * follow the one before. Resolves after the commit; the log may not have them yet.
   */
  admit(inputs: readonly unknown[]): Promise<readonly Outcome[]>;
  /** Ends when what was taken is decided. */
  stop(): Promise<void>;
}

/** Under load a transaction of this many takes about 150 ms. Both 256 and 512 admitted fewer records a second. */
const BATCH_MAX = 384;
/** About two seconds of work, and 100 MB of the largest records. */
const WAITING_MAX = 4_096;
/** Of one device: eight of them may be as busy before anybody else has to come again. */
const WAITING_PER_DEVICE_MAX = 512;

export const createAdmission = (deps: EvidenceDeps): Admission => {
  const signers = createSigners(deps);
  const admitDeps: AdmitDeps = {
    ...deps,
    termsOf: createTermsOf(deps),
    signArrivals: createArrivalSigner(deps.platformKey),
  };
  const queue = createGroupCommit<SignedRecord, Outcome | Undecided>({
    runBatch: (signed) => admitTogether(admitDeps, signed),
    batchMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
  });
  const shares = createShares(WAITING_PER_DEVICE_MAX);
  /** What goes beyond a device's share is not taken: its chain goes on from there later. */
  const decideFairly = async (signed: readonly SignedRecord[]): Promise<readonly Outcome[]> => {
    const isTaken = signed.map(({ device }) => shares.take(device.deviceId));
    const taken = signed.filter((_, i) => isTaken[i]);
    try {
      const outcomes = (await decideInQueue(deps, queue, taken)).values();
      return isTaken.map((is) => (is ? (outcomes.next().value ?? unavailable) : unavailable));
    } finally {
      for (const { device } of taken) shares.giveBack(device.deviceId);
    }
  };
  return {
    admit: async (inputs) => {
      const verified = await verifyAll(deps, signers, inputs.map(readDeviceRecord));
      const signed = verified.flatMap((each) => (each.ok ? [each.value] : []));
      const outcomes = (await decideFairly(signed)).values();
      return verified.map((each) => (each.ok ? (outcomes.next().value ?? unavailable) : each));
    },
    stop: queue.stop,
  };
};

/** What each record is by itself: who signed it, and whether there is such a round as it shows. */
const verifyAll = async (
  { beacon, clock }: EvidenceDeps,
  signers: Signers,
  records: readonly Result<DeviceRecord, Refusal>[],
): Promise<readonly Result<SignedRecord, Refusal>[]> => {
  const read = records.flatMap((record) => (record.ok ? [record.value] : []));
  const devices = await signers.findAll(read.map(signerKeyIdOf));
  const signed = await Promise.all(
    records.map((record) =>
      record.ok ? checkSigner(record.value, devices.get(signerKeyIdOf(record.value)) ?? null) : record,
    ),
  );
  const known = signed.flatMap((each) => (each.ok ? [each.value] : []));
  const signatures = await findClaimedRounds(beacon, known, clock.now());
  return signed.map((each) => {
    if (!each.ok) return each;
    const round = claimedRoundOf(each.value.record);
    const roundSignature = round === null ? null : (signatures.get(round) ?? null);
    return ok({ ...each.value, roundSignature, draws: NOTHING_DRAWN });
  });
};

const NOTHING_DRAWN: Draws = new Map();

/** A stop that other records of its run overtook is asked about once more. */
const DRAWS_MAX = 3;

/** Through the queue, and again with the draws of the runs that stop. */
const decideInQueue = async (
  { beacon }: EvidenceDeps,
  queue: GroupCommit<SignedRecord, Outcome | Undecided>,
  signed: readonly SignedRecord[],
): Promise<readonly Outcome[]> => {
  const outcomes: Outcome[] = signed.map(() => unavailable);
  let waiting = [...signed.entries()];
  for (let draws = 0; waiting.length > 0 && draws <= DRAWS_MAX; draws += 1) {
    const answers = await queue.submit(waiting.map(([, record]) => record));
    if (answers === null) return outcomes;
    const undecided: typeof waiting = [];
    const tasks: DrawTask[] = [];
    for (const [i, [place, record]] of waiting.entries()) {
      const answer = answers[i] ?? unavailable;
      if ("ok" in answer) outcomes[place] = answer;
      else {
        undecided.push([place, record]);
        if (answer.undecided !== null) tasks.push(answer.undecided);
      }
    }
    if (undecided.length === 0) return outcomes;
    const drawn = await drawRuns(beacon, tasks);
    waiting = undecided.map(([place, record]) => [place, { ...record, draws: new Map([...record.draws, ...drawn]) }]);
  }
  return outcomes;
};

/** Too many are waiting, or the record met others too often. */
const unavailable: Outcome = err(refusal("UNAVAILABLE"));

/** Where the batch fails as a whole, each record alone: one that cannot be stored must not hold up the others. */
const admitTogether = async (
  deps: AdmitDeps,
  signed: readonly SignedRecord[],
): Promise<readonly (Outcome | Undecided)[]> => {
  try {
    return await admitBatch(deps, signed);
  } catch (error) {
    // Who waits for a database that is away waits once.
    if (isDatabaseAway(error)) throw error;
    const outcomes: (Outcome | Undecided)[] = [];
    for (const each of signed) outcomes.push(await admitAlone(deps, each));
    return outcomes;
  }
};

const admitAlone = async (deps: AdmitDeps, signed: SignedRecord): Promise<Outcome | Undecided> => {
  try {
    return (await admitBatch(deps, [signed]))[0] ?? unavailable;
  } catch (error) {
    if (isDatabaseAway(error)) return unavailable;
    deps.onFault?.(error);
    return err(refusal("INTERNAL"));
  }
};
