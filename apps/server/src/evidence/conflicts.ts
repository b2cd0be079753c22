// Second bodies that a device signed with a number that was taken: with the admitted one they prove that somebody who
// holds the device's key signed both. For an arbiter to judge, never a verdict: a restored backup makes this too.
import { type ConflictAnswer, LIST_MAX, type Refusal, refusal } from "@underseal/api";
import { type ContractId, err, ok, type PersonId, type Result } from "@underseal/foundation";
import { transact } from "../platform/postgres/transact.ts";
import type { EvidenceDeps } from "./ports.ts";
import { listConflicts } from "./store/statements.ts";

export const readConflicts = (
  { database, contracts }: EvidenceDeps,
  personId: PersonId,
  contractId: ContractId,
): Promise<Result<{ readonly conflicts: ConflictAnswer[] }, Refusal>> =>
  transact(database, { kind: "person", personId }, async (transaction) => {
    if ((await contracts.partiesOf(transaction, contractId)) === null) return err(refusal("NOT_FOUND"));
    const conflicts = await listConflicts(transaction, contractId, LIST_MAX);
    return ok({
      conflicts: conflicts.map(({ device, seq, admitted, admittedAtMs, refused, refusedAtMs }) => ({
        ...{ device, seq, admitted, admittedAtMs, refused, refusedAtMs },
      })),
    });
  });
