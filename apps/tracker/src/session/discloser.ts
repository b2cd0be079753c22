// Discloses captures whose segment is closed: the child makes the blobs, then record, blobs and the capture's state
// are stored in one transaction. A crash before it leaves files nobody names; they are made again.
import { unlink } from "node:fs/promises";
import path from "node:path";
import { bytesToBase64Url, bytesToHex, type Random, reveal } from "@underseal/foundation";
import { type DiscloseRequest, discloseCapture } from "../captures/disclose.ts";
import type { DeviceKeys } from "../keys/device-keys.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { ChildSettings } from "../platform/child.ts";
import type { TrackerClock } from "../platform/clock.ts";
import { signDisclosure } from "./records.ts";
import type { SessionStore } from "./store.ts";
import { logNameOf, type TermsInForce } from "./terms.ts";

export interface DiscloserDeps {
  readonly outbox: Outbox;
  readonly store: SessionStore;
  readonly keys: DeviceKeys;
  readonly clock: TrackerClock;
  readonly random: Random;
  readonly child: ChildSettings;
  readonly blobDir: string;
  readonly termsOf: (termsHash: Uint8Array) => TermsInForce | null;
  readonly onEvent: (event: DiscloserEvent) => void;
}

export type DiscloserEvent =
  | { readonly type: "disclosed"; readonly capture: string; readonly redactedPermille: number }
  | { readonly type: "disclose-failed"; readonly code: string; readonly message: string };

const IDLE_MS = 1_000;
const RETRY_MS = 30_000;

/** Discloses until `signal` aborts; what failed is tried again after a while. */
export const runDiscloser = async (deps: DiscloserDeps, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    const failed = await discloseAll(deps, signal);
    await deps.clock.wait(failed > 0 ? RETRY_MS : IDLE_MS, signal);
  }
};

/** Discloses everything that can be, until `signal` aborts. Answers how many failed; they wait for the next time. */
export const discloseAll = async (deps: DiscloserDeps, signal?: AbortSignal): Promise<number> => {
  // What failed stays the oldest, and must not hold up the others.
  let failed = 0;
  while (!signal?.aborted) {
    const outcome = await discloseNext(deps, failed);
    if (outcome === "idle") break;
    if (outcome === "failed") failed += 1;
  }
  return failed;
};

const discloseNext = async (deps: DiscloserDeps, skip: number): Promise<"disclosed" | "idle" | "failed"> => {
  const next = deps.store.nextToDisclose(skip);
  if (next === null) return "idle";
  const terms = deps.termsOf(next.run.terms);
  if (terms === null) {
    deps.onEvent({
      type: "disclose-failed",
      code: "TERMS_UNKNOWN",
      message: "the terms of its run are not known here",
    });
    return "failed";
  }
  const { capture } = next;
  const disclosed = await discloseCapture(requestOf(deps, next, terms), deps.child);
  if (!disclosed.ok) {
    deps.onEvent({ type: "disclose-failed", ...disclosed.error });
    return "failed";
  }
  // Meanwhile the server may have told that it has a disclosure, or another segment in place of this one.
  if (!deps.store.isToDisclose(capture.hash)) return "failed";
  deps.outbox.transact(() => {
    const context = {
      contract: next.run.contract,
      terms: next.run.terms,
      keys: deps.keys,
      random: deps.random,
      nowMs: deps.clock.now(),
    };
    const record = deps.outbox.append(next.run.contract, (link) =>
      signDisclosure(context, link, { capture: capture.hash, disclosed: disclosed.value }),
    );
    for (const { digest, file } of [disclosed.value.visible, disclosed.value.hidden]) {
      deps.store.insertBlob({ digest, disclosure: record.hash, file });
    }
    deps.store.markDisclosed(capture.hash);
  });
  // What it held is in the two blobs now.
  await unlink(capture.vaultFile).catch(() => {});
  const { redactedPermille } = disclosed.value;
  deps.onEvent({ type: "disclosed", capture: bytesToHex(capture.hash.subarray(0, 6)), redactedPermille });
  return "disclosed";
};

const requestOf = (
  deps: DiscloserDeps,
  { run, capture, segment }: NonNullable<ReturnType<SessionStore["nextToDisclose"]>>,
  { body }: TermsInForce,
): DiscloseRequest => ({
  vaultFile: capture.vaultFile,
  vaultIdentity: reveal(deps.keys.vault.identity),
  capture: bytesToBase64Url(capture.hash),
  root: path.basename(capture.vaultFile, ".age"),
  treeSize: capture.treeSize,
  map: bytesToBase64Url(capture.map),
  mapSalt: bytesToBase64Url(deps.random.bytes(32)),
  memo: run.memo,
  minutes: segment.minutes,
  activitySalt: bytesToBase64Url(segment.activitySalt),
  checkpoint: deps.outbox.newestCheckpoint(logNameOf(body)),
  recipients: [body.client.seal, body.freelancer.seal],
  freelancerRecipient: body.freelancer.seal,
  blobDir: deps.blobDir,
});
