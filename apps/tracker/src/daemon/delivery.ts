// What goes on beside the commands: contracts are learned, and what waits is disclosed and sent, whether anything is
// tracked or not.
import { err, MINUTE_MS, type Result, SECOND_MS } from "@underseal/foundation";
import type { Agreements } from "../session/agreements.ts";
import type { CommandError } from "./commands.ts";
import { type Core, explainFailure, tellFailure } from "./core.ts";

/** After sending or disclosing failed: a full disk may have room again. */
const DELIVERY_RETRY_MS = 30 * SECOND_MS;
/** So often the server is asked for contracts that were signed meanwhile. */
const AGREEMENTS_MS = 5 * MINUTE_MS;

/** From the server, or as they were known; what was learned before stays where neither answers. */
export const learnAgreements = async (core: Core): Promise<Result<Agreements, CommandError>> => {
  try {
    const learned = await core.tracker.agreements();
    if (!learned.ok) return err({ code: "SERVER_SAYS_NO", message: core.deps.explain(learned.error) });
    core.agreements = learned.value;
    return learned;
  } catch (cause) {
    const message = explainFailure("the contracts cannot be kept", cause);
    return err({ code: "SERVER_SAYS_NO", message });
  }
};

/** What a crash left open is closed before anything begins anew. */
export const recover = async (core: Core): Promise<void> => {
  try {
    const interrupted = await core.tracker.closeInterrupted();
    if (interrupted === null) return;
    const until = new Date(interrupted.seenAtMs).toISOString().slice(0, 16).replace("T", " ");
    tellFailure(core, `the tracker ended without a stop: what it tracked until ${until} UTC is kept`);
  } catch (cause) {
    tellFailure(core, explainFailure("what a crash left open could not be closed", cause));
  }
};

/** Whatever happens here, tracking goes on: nothing is lost while it waits. */
export const deliverForever = async (core: Core, signal: AbortSignal): Promise<void> => {
  const { clock } = core.deps;
  while (!signal.aborted) {
    const learned = await learnAgreements(core);
    if (!learned.ok && core.agreements === null) core.isServerReached ??= false;
    // Without terms nothing can be said about what waits.
    if (core.agreements !== null) await deliverFor(core, AGREEMENTS_MS, signal);
    else await clock.wait(DELIVERY_RETRY_MS, signal);
  }
};

const deliverFor = async (core: Core, ms: number, signal: AbortSignal): Promise<void> => {
  const { clock } = core.deps;
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  const timer = clock.wait(ms, either).then(() => ending.abort());
  try {
    await core.tracker.deliver({ findTerms: (hash) => core.agreements?.findTerms(hash) ?? null }, either);
  } catch (cause) {
    tellFailure(core, explainFailure("what waits cannot be sent", cause));
    await clock.wait(DELIVERY_RETRY_MS, either);
  }
  ending.abort();
  await timer;
};

export const finish = async (core: Core): Promise<"sent" | "waiting"> => {
  const { agreements, tracker } = core;
  const { pending, blobs } = tracker.counts();
  if (agreements === null) return pending + blobs === 0 ? "sent" : "waiting";
  try {
    return await tracker.finish(agreements);
  } catch (cause) {
    tellFailure(core, explainFailure("what waits cannot be sent", cause));
    return "waiting";
  }
};
