// What a device asks for: its record admitted and proven, and where its chain stands.
import { type LoggedAnswer, type Refusal, refusal } from "@underseal/api";
import {
  assert,
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
import type { Admission } from "./admission/index.ts";
import type { EvidenceDeps } from "./ports.ts";
import { presentLogged } from "./present.ts";
import { readChain } from "./store/chain.ts";

/** After this the answer goes without the proof; the record is admitted all the same. */
const PROOF_WAIT_MS = 5 * SECOND_MS;

interface RegisterDeps {
  readonly admission: Admission;
  readonly log: EvidenceDeps["log"];
}

export const registerStatement = async (deps: RegisterDeps, input: unknown): Promise<Result<LoggedAnswer, Refusal>> => {
  const [answer] = await registerStatements(deps, [input]);
  assert(answer !== undefined, "each input has its answer");
  return answer;
};

/** Each input admitted and proven, or refused; in their order. A proof that is late is `null`. */
export const registerStatements = async (
  { admission, log }: RegisterDeps,
  inputs: readonly unknown[],
): Promise<readonly Result<LoggedAnswer, Refusal>[]> => {
  const outcomes = await admission.admit(inputs);
  return await Promise.all(
    outcomes.map(async (outcome) => {
      if (!outcome.ok) return outcome;
      return ok(presentLogged(outcome.value, await log.waitForProof(recordSubject(outcome.value), PROOF_WAIT_MS)));
    }),
  );
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
