// What a device asks for: its record admitted and proven, and where its chain stands.
import { type LoggedAnswer, type Refusal, refusal } from "@underseal/api";
import {
  bytesToBase64Url,
  type ContractId,
  err,
  ok,
  type PersonId,
  type Result,
  SECOND_MS,
} from "@underseal/foundation";
import { recordSubject } from "../log/index.ts";
import type { DeviceCaller } from "../platform/feature.ts";
import { transact } from "../platform/postgres/transact.ts";
import { admitRecord } from "./admit.ts";
import type { EvidenceDeps } from "./ports.ts";
import { presentLogged } from "./present.ts";
import { readChain } from "./store/chain.ts";

/** After this the answer goes without the proof; the record is admitted all the same. */
const PROOF_WAIT_MS = 5 * SECOND_MS;

export const registerStatement = async (deps: EvidenceDeps, input: unknown): Promise<Result<LoggedAnswer, Refusal>> => {
  const admitted = await admitRecord(deps, input);
  if (!admitted.ok) return admitted;
  const proof = await deps.log.waitForProof(recordSubject(admitted.value), PROOF_WAIT_MS);
  return ok(presentLogged(admitted.value, proof));
};

export interface HeadAnswer {
  readonly head: { readonly seq: number; readonly hash: string } | null;
}

/** What a device that was restored from a backup asks first. */
export const readHead = async (
  deps: EvidenceDeps,
  { deviceId, personId }: Pick<DeviceCaller, "deviceId" | "personId">,
  contractId: ContractId,
): Promise<Result<HeadAnswer, Refusal>> =>
  await transact(deps.database, personActor(personId), async (transaction) => {
    if ((await deps.contracts.partiesOf(transaction, contractId)) === null) return err(refusal("NOT_FOUND"));
    const chain = await readChain(transaction, { contractId, deviceId });
    const isEmpty = chain === null || chain.seq < 0;
    return ok({ head: isEmpty ? null : { seq: chain.seq, hash: bytesToBase64Url(chain.hash) } });
  });

const personActor = (personId: PersonId) => ({ kind: "person", personId }) as const;
