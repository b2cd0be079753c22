import type { Policy } from "@underseal/tlog";
import type { Database } from "../platform/postgres/database.ts";
import { systemActor, transact } from "../platform/postgres/transact.ts";
import type { Lease } from "./lease.ts";
import { type Pace, startPace } from "./pace.ts";
import { proveConsistency } from "./proofs.ts";
import { publishHead, type QuorumMissing } from "./publish.ts";
import { type LogAlarm, raiseAlarm } from "./store/alarms.ts";
import { createWitnessClient } from "./witness-client.ts";

export interface PublisherDeps {
  readonly database: Database;
  readonly lease: Lease;
  readonly policy: Policy;
  readonly fetch: typeof fetch;
  readonly everyMs: number;
  readonly witnessTimeoutMs: number;
  readonly onAlarm: (alarm: Pick<LogAlarm, "name" | "detail">) => void;
  readonly onFault: (error: unknown) => void;
}

/** Publishes what the holder of the lease appended; on every other server it does nothing. */
export const startPublisher = (deps: PublisherDeps): Pace => {
  const { database, policy, lease } = deps;
  const prove = (sizes: { readonly oldSize: number; readonly newSize: number }) =>
    transact(database, systemActor, (transaction) => proveConsistency(transaction, sizes));
  const witnesses = policy.witnesses.map((witness) =>
    createWitnessClient({ witness, fetch: deps.fetch, proveConsistency: prove, timeoutMs: deps.witnessTimeoutMs }),
  );
  const run = async (): Promise<boolean> => {
    const term = lease.term();
    if (term === null) return false;
    const published = await publishHead({ database, policy, witnesses }, term);
    if (published.ok) return false;
    await alarm(published.error);
    return true;
  };
  const alarm = async ({ failures }: QuorumMissing): Promise<void> => {
    const reasons = failures.map(({ witness, reason }) => `${witness}: ${reason}`).join("; ");
    const raised = { name: "publication", detail: `too few witnesses cosigned (${reasons})` } as const;
    const isNew = await transact(database, systemActor, (transaction) => raiseAlarm(transaction, raised));
    if (isNew) deps.onAlarm(raised);
  };
  return startPace({ run, everyMs: deps.everyMs, onFault: deps.onFault });
};
