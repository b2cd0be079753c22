import { ok, type Result } from "@underseal/foundation";
import { addSignatures, meetsQuorum, type NoteSignature, type Policy } from "@underseal/tlog";
import type { Database } from "../platform/postgres/database.ts";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import { endAlarm } from "./store/alarms.ts";
import { isTermCurrent, limitWaiting } from "./store/lease.ts";
import { insertPublished, type PublishedNote, readNewestPublished } from "./store/published.ts";
import { lockHead, readHead } from "./store/tree.ts";
import type { WitnessClient, WitnessFailure } from "./witness-client.ts";

// Publishing the head: the witnesses of the policy are asked all at once, and the note is stored soon after enough of
// them have cosigned it: the others have a moment to add theirs, since each cosignature dates what the note covers.
// Appending never waits for any of this.

export interface PublishDeps {
  readonly database: Database;
  readonly policy: Policy;
  readonly witnesses: readonly WitnessClient[];
}

export interface QuorumMissing {
  readonly failures: readonly WitnessFailure[];
}

/** Publishes what is new. Answers whether the quorum could be had; an error leaves the last published note in place. */
export const publishHead = async (
  { database, policy, witnesses }: PublishDeps,
  term: number,
): Promise<Result<void, QuorumMissing>> => {
  const head = await transact(database, systemActor, (transaction) => readUnpublished(transaction, policy));
  if (head === null) return ok(undefined);
  const cosigned = await collect({ policy, witnesses }, head);
  if (!cosigned.ok) return cosigned;
  const note = cosigned.value.length === 0 ? head.note : addSignatures(head.note, cosigned.value);
  await transact(database, systemActor, async (transaction) => {
    await limitWaiting(transaction);
    await lockHead(transaction);
    if (!(await isTermCurrent(transaction, term))) return;
    await insertPublished(transaction, { size: head.size, note });
    await endAlarm(transaction, "publication");
  });
  return ok(undefined);
};

const readUnpublished = async (transaction: Transaction, { quorum }: Policy): Promise<PublishedNote | null> => {
  const published = await readNewestPublished(transaction);
  const { size, checkpoint } = await readHead(transaction);
  // An empty log continues nothing: there is nothing in it to witness.
  if (checkpoint === null || size === published?.size || (size === 0 && quorum !== null)) return null;
  return { size, note: checkpoint };
};

/** What a slower witness gets after the quorum is met. */
const LATECOMERS_MS = 500;

/** Resolves a moment after the quorum is met, or when it cannot be met any more; who answers later has still moved on. */
const collect = (
  { policy, witnesses }: Pick<PublishDeps, "policy" | "witnesses">,
  head: PublishedNote,
): Promise<Result<readonly NoteSignature[], QuorumMissing>> =>
  new Promise((resolve) => {
    const signatures = new Map<string, NoteSignature>();
    const failures: WitnessFailure[] = [];
    let latecomers: NodeJS.Timeout | null = null;
    const finish = () => {
      if (latecomers !== null) clearTimeout(latecomers);
      // In the policy's order, whoever was faster.
      resolve(ok(witnesses.flatMap(({ name }) => signatures.get(name) ?? [])));
    };
    const decide = () => {
      const isEnough = meetsQuorum(policy, new Set(signatures.keys()));
      const haveAllAnswered = signatures.size + failures.length === witnesses.length;
      if (isEnough && (haveAllAnswered || policy.quorum === null)) finish();
      else if (isEnough) latecomers ??= setTimeout(finish, LATECOMERS_MS);
      else if (haveAllAnswered) resolve({ ok: false, error: { failures } });
    };
    decide();
    if (policy.quorum === null) return;
    for (const witness of witnesses) {
      void witness.cosign(head).then((answer) => {
        if (answer.ok) signatures.set(witness.name, answer.value);
        else failures.push(answer.error);
        decide();
      });
    }
  });
