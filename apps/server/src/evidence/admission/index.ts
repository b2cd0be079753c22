// Admission of device records (protocol §8): parse → queue → decide → store. What a record is by itself (its form, its
// signature, the beacon's round that it shows) is judged at once; what it is among others is decided in batches, one
// transaction each. A record is admitted whole or not at all; sent again, it is answered from what was stored.
import { type Refusal, refusal } from "@underseal/api";
import { err, ok, type Result } from "@underseal/foundation";
import { createGroupCommit } from "../../platform/group-commit.ts";
import { isDatabaseAway } from "../../platform/postgres/database.ts";
import type { EvidenceDeps } from "../ports.ts";
import { type AdmitDeps, admitBatch, type Outcome } from "./admit.ts";
import { createArrivalSigner } from "./arrivals.ts";
import {
  checkSigner,
  claimedRoundOf,
  type DeviceRecord,
  readDeviceRecord,
  type SignedRecord,
  signerKeyIdOf,
} from "./record.ts";
import { rememberRounds } from "./rounds.ts";
import { createSigners } from "./signers.ts";
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

/** One transaction of this many takes some tens of milliseconds. */
const BATCH_MAX = 256;
/** About two seconds of work, and 100 MB of the largest records. */
const WAITING_MAX = 4_096;

export const createAdmission = (deps: EvidenceDeps): Admission => {
  const beacon = rememberRounds(deps.beacon);
  const signers = createSigners(deps);
  const admitDeps: AdmitDeps = {
    ...{ ...deps, beacon },
    termsOf: createTermsOf(deps),
    signArrival: createArrivalSigner(deps.platformKey),
  };
  const queue = createGroupCommit<SignedRecord, Outcome>({
    runBatch: (signed) => admitTogether(admitDeps, signed),
    batchMax: BATCH_MAX,
    waitingMax: WAITING_MAX,
  });

  const verifyAll = async (
    records: readonly Result<DeviceRecord, Refusal>[],
  ): Promise<readonly Result<SignedRecord, Refusal>[]> => {
    const read = records.flatMap((record) => (record.ok ? [record.value] : []));
    const devices = await signers.findAll(read.map(signerKeyIdOf));
    const signed = records.map((record) =>
      record.ok ? checkSigner(record.value, devices.get(signerKeyIdOf(record.value)) ?? null) : record,
    );
    const rounds = signed.flatMap((each) => (each.ok ? (claimedRoundOf(each.value.record) ?? []) : []));
    const signatures = rounds.length === 0 ? new Map<number, Uint8Array>() : await beacon.signaturesOf(rounds);
    return signed.map((each) => {
      if (!each.ok) return each;
      const round = claimedRoundOf(each.value.record);
      return ok({ ...each.value, roundSignature: round === null ? null : (signatures.get(round) ?? null) });
    });
  };

  return {
    admit: async (inputs) => {
      const verified = await verifyAll(inputs.map(readDeviceRecord));
      const signed = verified.flatMap((each) => (each.ok ? [each.value] : []));
      const outcomes = signed.length === 0 ? [] : await (queue.submit(signed) ?? signed.map(() => tooMany));
      let next = 0;
      return verified.map((each) => {
        if (!each.ok) return each;
        const outcome = outcomes[next] ?? tooMany;
        next += 1;
        return outcome;
      });
    },
    stop: queue.stop,
  };
};

const tooMany: Outcome = err(refusal("UNAVAILABLE", "too many records are waiting"));

/** Where the batch fails as a whole, each record alone: one that cannot be stored must not hold up the others. */
const admitTogether = async (deps: AdmitDeps, signed: readonly SignedRecord[]): Promise<readonly Outcome[]> => {
  try {
    return await admitBatch(deps, signed);
  } catch (error) {
    // Who waits for a database that is away waits once.
    if (isDatabaseAway(error)) throw error;
    const outcomes: Outcome[] = [];
    for (const each of signed) outcomes.push(await admitAlone(deps, each));
    return outcomes;
  }
};

const admitAlone = async (deps: AdmitDeps, signed: SignedRecord): Promise<Outcome> => {
  try {
    return (await admitBatch(deps, [signed]))[0] ?? tooMany;
  } catch (error) {
    if (isDatabaseAway(error)) return err(refusal("UNAVAILABLE"));
    deps.onFault?.(error);
    return err(refusal("INTERNAL"));
  }
};
