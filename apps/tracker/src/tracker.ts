// The composition root of the tracker: keys, outbox, sensors, sender and discloser around one run.
import { mkdir, readdir, unlink } from "node:fs/promises";
import path from "node:path";
import { type Api, type ApiError, createApi, deviceRoutes, signRequest } from "@underseal/api";
import {
  base64UrlToBytes,
  bytesToBase64Url,
  type ContractId,
  err,
  MINUTE_MS,
  ok,
  type Random,
  type Result,
  reveal,
  slotOf,
} from "@underseal/foundation";
import type { WorkMode } from "@underseal/protection";
import { signEd25519 } from "@underseal/tlog";
import { createBeaconRelay } from "./beacon/relay.ts";
import type { Commitment } from "./captures/commit.ts";
import type { TrackerConfig } from "./config.ts";
import { type DeviceKeys, type DeviceKeysError, loadDeviceKeys } from "./keys/device-keys.ts";
import { createHeads, type HeadEvent, type Heads } from "./outbox/head.ts";
import { createLogStore, type LogStore } from "./outbox/log-store.ts";
import { createOutbox, type Outbox, type OutboxCounts } from "./outbox/outbox.ts";
import { type OutboxError, openOutboxDatabase } from "./outbox/schema.ts";
import { drainOutbox, runSender, type SenderDeps, type SenderEvent } from "./outbox/sender.ts";
import type { ChildSettings } from "./platform/child.ts";
import { createTrackerClock, type TrackerClock } from "./platform/clock.ts";
import { removeStaleTemporaries } from "./platform/durable-file.ts";
import { stateDirUnusable } from "./platform/state-dir.ts";
import { defaultRules } from "./reduction/default-rules.ts";
import type { DenyRule } from "./reduction/deny.ts";
import { createReviews, type Reviews } from "./review/index.ts";
import { reviewEndMs, WARNING_MS } from "./review/rules.ts";
import { createReviewStore, type ReviewCounts, type ReviewStore } from "./review/store.ts";
import { type CaptureFailure, runCapture } from "./sensors/capture.ts";
import { startInputProcess } from "./sensors/input.ts";
import { type Agreement, type Agreements, loadAgreements } from "./session/agreements.ts";
import type { RunDeps } from "./session/beacon-watch.ts";
import { type DiscloserDeps, type DiscloserEvent, discloseAll, runDiscloser } from "./session/discloser.ts";
import { createFaultStore, type FaultCount, type FaultStore } from "./session/faults.ts";
import { createRememberedStore, type RememberedStore } from "./session/remembered.ts";
import { type Ended, type Span, trackRun } from "./session/run.ts";
import { type CloseDeps, closeInterruptedRun, type RunEvent } from "./session/run-records.ts";
import { createSessionStore, type Run, type SessionStore } from "./session/store.ts";
import { createWordLists, type WordLists, wordsDirOf } from "./session/word-lists.ts";
import { createWorkView, type WorkView } from "./session/work-view.ts";

export type TrackerEvent = RunEvent | SenderEvent | HeadEvent | DiscloserEvent;

export interface TrackerDeps {
  readonly clock: TrackerClock;
  readonly random: Random;
  readonly fetch: typeof fetch;
  /** For the children: where `PATH` and `XAUTHORITY` come from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly execPath: string;
  readonly onEvent: (event: TrackerEvent) => void;
}

export interface Tracker {
  readonly keys: DeviceKeys;
  readonly api: Api;
  /** What still waits to be sent. */
  counts(): OutboxCounts & { readonly alarms: number; readonly toReview: ReviewCounts };
  /** Why captures of the last week show less than their terms allow, or are missing. */
  faults(): readonly FaultCount[];
  agreements(): ReturnType<typeof loadAgreements>;
  /** Captures before they are sent. */
  reviews(agreements: TermsKnown): Reviews;
  /** Asks the owner of an enrolment code to certify this device. */
  requestEnrolment(code: string): Promise<Result<{ readonly personId: string }, ApiError>>;
  /** Whether the owner has certified this device and it was not revoked. */
  isEnrolled(): Promise<boolean>;
  /** What was done on this machine. */
  readonly work: WorkView;
  /** Ends what a crash left open, tracks until `signal` aborts, then discloses and sends what it can. */
  track(input: TrackInput, signal: AbortSignal): Promise<"sent" | "waiting">;
  /** Tracks, and leaves sending and disclosing to `deliver`. */
  run(input: RunRequest, span: Span): Promise<Ended>;
  /** From this minute on, for what is tracked. */
  declareMode(mode: WorkMode): void;
  /** Sends and discloses what there is, until `signal` aborts. */
  deliver(agreements: TermsKnown, signal: AbortSignal): Promise<void>;
  /** Discloses and sends what it can in a minute. */
  finish(agreements: TermsKnown): Promise<"sent" | "waiting">;
  /** Ends what a crash left open; answers what that was. */
  closeInterrupted(): Promise<Run | null>;
  /** Where nothing is to be tracked: ends what a crash left open, then discloses and sends what waits. */
  recover(agreements: Agreements): Promise<"sent" | "waiting">;
  close(): void;
}

/** The terms by which what waits is sent and disclosed. */
export type TermsKnown = Pick<Agreements, "findTerms">;

export interface RunRequest {
  readonly agreement: Agreement;
  readonly memo: string;
  /** Declared at the beginning; `working` where nothing is. */
  readonly mode?: WorkMode;
  readonly display: string;
  /** On top of what is denied always. */
  readonly deny: readonly DenyRule[];
  /** Whether a capture is to show nothing, asked before each; left out: never. */
  readonly isConcealed?: () => boolean;
}

export interface TrackInput extends RunRequest {
  readonly agreements: Agreements;
}

const REQUEST_TIMEOUT_MS = 30_000;
/** Of the relay of the beacon, which is asked again with the next round. */
const RELAY_TIMEOUT_MS = 5_000;
/** What a start waits for at most to learn where its chain stands. */
const HEAD_WAIT_MS = 5_000;
/** What a stop waits for at most before it leaves the rest to the next start. */
const FAREWELL_MS = 60_000;
const FAULTS_SHOWN_MS = 7 * 24 * 60 * MINUTE_MS;

export const openTracker = async (
  config: TrackerConfig,
  deps: TrackerDeps,
): Promise<Result<Tracker, DeviceKeysError | OutboxError>> => {
  const keys = await loadDeviceKeys(config.stateDir, deps);
  if (!keys.ok) return keys;
  const database = openOutboxDatabase(path.join(config.stateDir, "outbox.sqlite"));
  if (!database.ok) return database;
  const chain = {
    api: createDeviceApi(config.serverUrl, keys.value, deps),
    outbox: createOutbox(database.value),
    store: createSessionStore(database.value),
    onEvent: deps.onEvent,
  };
  const parts: Parts = {
    ...{ config, deps, keys: keys.value, api: chain.api, outbox: chain.outbox, store: chain.store },
    ...{ log: createLogStore(database.value), heads: createHeads(chain) },
    ...{ faults: createFaultStore(database.value), words: createWordLists(config.stateDir) },
    ...{ reviews: createReviewStore(database.value), remembered: createRememberedStore(config.stateDir, keys.value) },
  };
  try {
    await mkdir(vaultDirOf(config), { recursive: true, mode: 0o700 });
    await mkdir(blobDirOf(config), { recursive: true, mode: 0o700 });
    await mkdir(codeDirOf(config), { recursive: true, mode: 0o700 });
    await removeLeftovers(parts);
  } catch (cause) {
    database.value.close();
    return err(stateDirUnusable(config.stateDir, cause));
  }
  return ok({
    keys: parts.keys,
    api: parts.api,
    faults: () => parts.faults.faultsSince(slotOf(deps.clock.now() - FAULTS_SHOWN_MS)),
    counts: () => {
      const nowMs = deps.clock.now();
      const toReview = parts.reviews.countReviews(nowMs, nowMs + WARNING_MS);
      return { ...parts.outbox.counts(), alarms: parts.log.alarms(), toReview };
    },
    reviews: (agreements) => createReviews(discloserDepsOf(parts, agreements)),
    agreements: () => loadAgreements(parts.api, config.stateDir, parts.keys),
    requestEnrolment: (code) =>
      parts.api.call(deviceRoutes.requestEnrolment, {
        body: { code, deviceId: parts.keys.deviceId, sign: bytesToBase64Url(parts.keys.signing.publicKey) },
      }),
    isEnrolled: async () => (await parts.api.call(deviceRoutes.getThisDevice, {})).ok,
    work: createWorkView(database.value, parts.store),
    track: (input, signal) => track(parts, input, signal),
    run: (input, span) => runOnce(parts, input, span),
    declareMode: (mode) =>
      parts.outbox.transact(() => parts.store.declareMode(Math.floor(deps.clock.now() / MINUTE_MS), mode)),
    deliver: (agreements, signal) => deliver(parts, agreements, signal),
    finish: (agreements) => finish(parts, agreements),
    closeInterrupted: () => closeInterrupted(parts),
    recover: (agreements) => recover(parts, agreements),
    close: () => database.value.close(),
  });
};

interface Parts {
  readonly config: TrackerConfig;
  readonly deps: TrackerDeps;
  readonly keys: DeviceKeys;
  readonly api: Api;
  readonly outbox: Outbox;
  readonly store: SessionStore;
  readonly log: LogStore;
  readonly heads: Heads;
  readonly faults: FaultStore;
  readonly words: WordLists;
  readonly reviews: ReviewStore;
  readonly remembered: RememberedStore;
}

const vaultDirOf = ({ stateDir }: TrackerConfig): string => path.join(stateDir, "vault");
// Each capture starts two processes: with their code kept as compiled, that costs half a second less of processor each.
const codeDirOf = ({ stateDir }: TrackerConfig): string => path.join(stateDir, "code");
const blobDirOf = ({ stateDir }: TrackerConfig): string => path.join(stateDir, "blobs");

const createDeviceApi = (baseUrl: string, keys: DeviceKeys, { clock, fetch }: TrackerDeps): Api =>
  createApi({
    baseUrl,
    fetch,
    timeoutMs: REQUEST_TIMEOUT_MS,
    headersFor: (request) =>
      signRequest(request, {
        createdSeconds: Math.floor(clock.now() / 1000),
        publicKey: keys.signing.publicKey,
        sign: (message) => signEd25519({ seed: reveal(keys.signing.secretKey), message }),
      }),
  });

/** Files that nothing needs: a crash came between the file and its record, or between its record and its removal. */
const removeLeftovers = async ({ config, store }: Parts): Promise<void> => {
  const needed = store.neededFiles();
  for (const directory of [vaultDirOf(config), blobDirOf(config)]) {
    for (const name of await readdir(directory)) {
      const file = path.join(directory, name);
      if (!needed.has(file)) await unlink(file);
    }
  }
  // The demo's clock is not the one that files bear.
  const nowMs = createTrackerClock(null).now();
  for (const directory of [config.stateDir, wordsDirOf(config.stateDir)]) {
    await removeStaleTemporaries(directory, nowMs);
  }
};

const track = async (parts: Parts, input: TrackInput, signal: AbortSignal): Promise<"sent" | "waiting"> => {
  const background = new AbortController();
  const working = deliver(parts, input.agreements, background.signal);
  // A full disk, for example: the run is ended in order, and the cause is thrown on below.
  working.catch(() => background.abort());
  try {
    await runOnce(parts, input, { signal: AbortSignal.any([signal, background.signal]) });
  } finally {
    background.abort();
    await working;
  }
  return finish(parts, input.agreements);
};

const deliver = async (parts: Parts, agreements: TermsKnown, signal: AbortSignal): Promise<void> => {
  // Where one of them fails, the other ends as well.
  const failing = new AbortController();
  const either = AbortSignal.any([signal, failing.signal]);
  const works = [
    runSender(senderDepsOf(parts, agreements), either),
    runDiscloser(discloserDepsOf(parts, agreements), either),
  ];
  try {
    await Promise.all(works);
  } finally {
    failing.abort();
    await Promise.allSettled(works);
  }
};

const runOnce = async (parts: Parts, input: RunRequest, span: Span): Promise<Ended> => {
  const { deps } = parts;
  const child: ChildSettings = { ...childrenOf(parts), display: input.display };
  const inputProcess = startInputProcess(child);
  const run: RunDeps = {
    ...closeDepsOf(parts),
    faults: parts.faults,
    reviews: parts.reviews,
    // Without a review a capture is due when it is taken.
    reviewEndMs: (slot) => (parts.config.review === "off" ? 0 : reviewEndMs(slot, parts.config.reviewHours)),
    relay: createBeaconRelay({ baseUrl: parts.config.beaconUrl, fetch: deps.fetch, timeoutMs: RELAY_TIMEOUT_MS }),
    capture: (treeSize) => captureOnce(parts, input, child, treeSize),
    takeCounts: async () => {
      const counts = await inputProcess.takeCounts();
      if (!counts.ok) return { keys: 0, clicks: 0, wheel: 0, moves: 0 };
      const { keys, buttons, wheelSteps, moves } = counts.value;
      return { keys, clicks: buttons, wheel: wheelSteps, moves };
    },
    mapOf: ({ map }) => base64UrlToBytes(map) ?? new Uint8Array(),
  };
  try {
    const { contract, terms } = input.agreement;
    await askForHeads(parts, contract);
    closeInterruptedRun(run);
    const { memo, mode = "working" } = input;
    return await trackRun(run, { contract, terms, memo, mode }, span);
  } finally {
    await inputProcess.stop();
  }
};

/** Before the first new record; where nobody answers soon, the sender asks again before it sends. */
const askForHeads = async ({ heads, store, deps }: Parts, next?: ContractId): Promise<void> => {
  const contracts = [store.findOpenRun()?.contract, next].filter((contract) => contract !== undefined);
  const answers = Promise.all(contracts.map((contract) => heads.confirm(contract)));
  const waiting = new AbortController();
  await Promise.race([answers, deps.clock.wait(HEAD_WAIT_MS, waiting.signal)]);
  waiting.abort();
};

const captureOnce = async (
  { config, keys, words, remembered }: Parts,
  { agreement, deny, isConcealed = () => false }: RunRequest,
  child: ChildSettings,
  treeSize: number,
): Promise<Result<Commitment, CaptureFailure>> => {
  const { redaction } = agreement.terms.body;
  // Read anew each time: a word that was added while tracking counts from the next capture on.
  const [terms, hidden] = [await words.allWords(), await remembered.load()];
  const reading = { policy: redaction, terms: terms.ok ? terms.value : [] };
  const masking = { rules: [...defaultRules, ...deny], ownPids: [process.pid], languages: config.languages };
  const vault = { vaultDir: vaultDirOf(config), vaultRecipient: keys.vault.recipient };
  const known = hidden.ok ? { remembered: hidden.value } : { remembered: { key: remembered.key, tiles: [] } };
  const fallback = fallbackOf({ hasWords: terms.ok || redaction === "structure", hasRemembered: hidden.ok });
  const wanted = { tilePx: 64, treeSize, fallback, isConcealed: isConcealed() };
  return runCapture({ ...masking, ...reading, ...known, ...vault, ...wanted }, child);
};

/** Under `structure`, where all text is hidden anyway, words are not looked for. */
const fallbackOf = ({ hasWords, hasRemembered }: Readonly<Record<"hasWords" | "hasRemembered", boolean>>) => {
  if (!hasRemembered) return { shows: "nothing", code: "REMEMBERED_UNREADABLE" } as const;
  return hasWords ? null : ({ shows: "structure", code: "WORDS_UNREADABLE" } as const);
};

const childrenOf = ({ config, deps }: Parts): ChildSettings => ({
  display: "",
  env: { ...deps.env, NODE_COMPILE_CACHE: codeDirOf(config) },
  execPath: deps.execPath,
});

const recover = async (parts: Parts, agreements: Agreements): Promise<"sent" | "waiting"> => {
  await closeInterrupted(parts);
  return finish(parts, agreements);
};

const closeInterrupted = async (parts: Parts): Promise<Run | null> => {
  await askForHeads(parts);
  const interrupted = parts.store.findOpenRun();
  closeInterruptedRun(closeDepsOf(parts));
  return interrupted;
};

const finish = async (parts: Parts, agreements: TermsKnown): Promise<"sent" | "waiting"> => {
  const deadline = AbortSignal.timeout(FAREWELL_MS);
  let failed = 0;
  while (!deadline.aborted) {
    if (failed === 0) failed = await discloseAll(discloserDepsOf(parts, agreements));
    const isEmpty = (await drainOutbox(senderDepsOf(parts, agreements))) === "empty";
    if (isEmpty && failed > 0) return "waiting";
    // What was decided on a moment ago can still be undone, and goes when it cannot.
    if (isEmpty && parts.reviews.countReviews(0, 0).leaving === 0) return "sent";
    await parts.deps.clock.wait(1_000, deadline);
  }
  return "waiting";
};

const closeDepsOf = (parts: Parts): CloseDeps => {
  const { clock, random, onEvent } = parts.deps;
  return { ...parts, clock, random, onEvent };
};

const senderDepsOf = ({ api, outbox, log, heads, deps }: Parts, agreements: TermsKnown): SenderDeps => ({
  ...{ api, outbox, log, heads },
  termsOf: (hash) => agreements.findTerms(hash),
  clock: deps.clock,
  onEvent: deps.onEvent,
});

const discloserDepsOf = (parts: Parts, agreements: TermsKnown): DiscloserDeps => ({
  outbox: parts.outbox,
  store: parts.store,
  reviews: parts.reviews,
  keys: parts.keys,
  clock: parts.deps.clock,
  random: parts.deps.random,
  // It looks at no display.
  child: childrenOf(parts),
  blobDir: blobDirOf(parts.config),
  termsOf: (hash) => agreements.findTerms(hash),
  onEvent: parts.deps.onEvent,
});
