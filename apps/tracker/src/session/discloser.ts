// Discloses captures whose segment is closed and whose review lets them go: the child makes the blobs, then record, blobs
// and the states of capture and review are stored in one transaction. A crash before it leaves files nobody names; they
// are made again. Destroys what was dropped.
import { unlink } from "node:fs/promises";
import path from "node:path";
import { decodeMap, encodeMap } from "@underseal/evidence";
import { assert, bytesToBase64Url, bytesToHex, equalBytes, type Random, reveal } from "@underseal/foundation";
import { type Disclosed, type DiscloseRequest, discloseCapture } from "../captures/disclose.ts";
import type { DeviceKeys } from "../keys/device-keys.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { ChildSettings } from "../platform/child.ts";
import type { TrackerClock } from "../platform/clock.ts";
import { mapToSend } from "../review/rules.ts";
import type { ReviewStore } from "../review/store.ts";
import { signDisclosure } from "./records.ts";
import type { CaptureOfRun, SessionStore, TakenCapture } from "./store.ts";
import { logNameOf, type TermsInForce } from "./terms.ts";

export interface DiscloserDeps {
  readonly outbox: Outbox;
  readonly store: SessionStore;
  readonly reviews: ReviewStore;
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
  /** It was dropped, and its picture is gone. */
  | { readonly type: "destroyed"; readonly capture: string }
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

/**
 * Discloses everything that can be, until `signal` aborts, and destroys what was dropped. Answers how many could not be
 * disclosed; they wait for the next time.
 */
export const discloseAll = async (deps: DiscloserDeps, signal?: AbortSignal): Promise<number> => {
  await destroyDropped(deps);
  // What failed stays the oldest, and must not hold up the others.
  let failed = 0;
  while (!signal?.aborted) {
    const outcome = await discloseNext(deps, failed);
    if (outcome === "idle") break;
    if (outcome === "failed") failed += 1;
  }
  return failed;
};

type Outcome = "disclosed" | "changed" | "idle" | "failed";

const discloseNext = async (deps: DiscloserDeps, skip: number): Promise<Outcome> => {
  const next = deps.store.nextToDisclose(deps.clock.now(), skip);
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
  const map = mapOfNext(deps, capture);
  const disclosed = await discloseCapture(requestOf(deps, next, { terms, map }), deps.child);
  if (!disclosed.ok) {
    deps.onEvent({ type: "disclose-failed", ...disclosed.error });
    return "failed";
  }
  // Meanwhile the review may have changed its mind, or the server told that it has a disclosure, or another segment in
  // place of this one.
  if (!deps.store.isToDisclose(capture.hash, deps.clock.now()) || !equalBytes(mapOfNext(deps, capture), map)) {
    await removeBlobs(disclosed.value);
    return "changed";
  }
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
  deps.onEvent({ type: "disclosed", capture: nameOf(capture.hash), redactedPermille });
  return "disclosed";
};

/** The bytes of the map to send, as things stand now. */
const mapOfNext = ({ reviews }: Pick<DiscloserDeps, "reviews">, { hash, map, treeSize }: TakenCapture): Uint8Array => {
  const review = reviews.findReview(hash);
  if (review === null || review.edited === null) return map;
  const [proposed, edited] = [decodeMap(map, treeSize), decodeMap(review.edited, treeSize)];
  assert(proposed !== null && edited !== null, "both maps are of the capture's tree");
  return encodeMap(mapToSend(review.state, review, { proposed, edited }));
};

/** Sealed with the coins of a disclosure that is never signed, they must not be found beside those of the next attempt. */
const removeBlobs = async ({ visible, hidden }: Disclosed): Promise<void> => {
  for (const { file } of [visible, hidden]) await unlink(file).catch(() => {});
};

/** First nobody can take it back any more, then it is removed; what a crash leaves in between, the next start removes. */
const destroyDropped = async ({ outbox, reviews, clock, onEvent }: DiscloserDeps): Promise<void> => {
  for (const { capture, vaultFile } of reviews.dueToDestroy(clock.now())) {
    outbox.transact(() => reviews.move(capture, "destroy", 0));
    await unlink(vaultFile).catch(() => {});
    onEvent({ type: "destroyed", capture: nameOf(capture) });
  }
};

const nameOf = (capture: Uint8Array): string => bytesToHex(capture.subarray(0, 6));

/** What a child is asked to make, for exactly this map. */
export const requestOf = (
  deps: Pick<DiscloserDeps, "keys" | "random" | "outbox" | "blobDir">,
  { run, capture, segment }: CaptureOfRun,
  { terms, map }: { readonly terms: TermsInForce; readonly map: Uint8Array },
): DiscloseRequest => ({
  vaultFile: capture.vaultFile,
  vaultIdentity: reveal(deps.keys.vault.identity),
  capture: bytesToBase64Url(capture.hash),
  root: path.basename(capture.vaultFile, ".age"),
  treeSize: capture.treeSize,
  map: bytesToBase64Url(map),
  mapSalt: bytesToBase64Url(deps.random.bytes(32)),
  memo: run.memo,
  minutes: segment.minutes,
  activitySalt: bytesToBase64Url(segment.activitySalt),
  checkpoint: deps.outbox.newestCheckpoint(logNameOf(terms.body)),
  recipients: [terms.body.client.seal, terms.body.freelancer.seal],
  freelancerRecipient: terms.body.freelancer.seal,
  blobDir: deps.blobDir,
});
