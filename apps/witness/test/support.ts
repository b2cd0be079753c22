import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createTestClock, createTestRandom, redact, type TestClock, u32 } from "@underseal/foundation";
import {
  appendedNodes,
  consistencyProofNodes,
  decodeVerifierKey,
  encodeVerifierKey,
  foldProof,
  foldRoot,
  formatAddCheckpoint,
  leafHash,
  type NoteSigner,
  type ReadNode,
  signCheckpoint,
  type VerifierKey,
  verifierKeyOf,
} from "@underseal/tlog";
import { expect } from "vitest";
import { type RunningWitness, startWitness, type WitnessConfig, type WitnessEvent } from "../src/index.ts";

export const NAME = "witness.example/w1";
export const START_MS = Date.UTC(2026, 10, 23);

export const createSigner = (name: string, seed: number): NoteSigner => ({
  name,
  seed: redact(createTestRandom(seed).bytes(32)),
});

export const logSigner = createSigner("log.example/one", 5);
export const logKey = verifierKeyOf(logSigner);
export const LOGS = `# what we watch\nlog ${encodeVerifierKey(logKey)}\n`;

/** A history of a log. Two with the same `forkAt` have the same entries up to there, and others after. */
export const createHistory = (size: number, forkAt = size) => {
  const hashes = new Map<string, Uint8Array>();
  const leafHashes = Array.from({ length: size }, (_, i) => leafHash(u32(i < forkAt ? i : i + 1_000_000)));
  for (const { level, index, hash } of appendedNodes({ size: 0, leafHashes, read: () => expect.fail("new") })) {
    hashes.set(`${level}/${index}`, hash);
  }
  const read: ReadNode = (level, index) => hashes.get(`${level}/${index}`) ?? expect.fail(`${level}/${index}`);
  const noteAt = (newSize: number, signer = logSigner): string =>
    signCheckpoint({ origin: signer.name, size: newSize, root: foldRoot(newSize, read) }, signer);
  const proofOf = (oldSize: number, newSize: number): readonly Uint8Array[] =>
    oldSize === 0 || oldSize >= newSize ? [] : foldProof(consistencyProofNodes({ oldSize, newSize }), read);
  return {
    noteAt,
    proofOf,
    request: (oldSize: number, newSize: number): string =>
      formatAddCheckpoint({ oldSize, proof: proofOf(oldSize, newSize), note: noteAt(newSize) }),
  };
};

export const createDirectory = async (running: AsyncDisposableStack): Promise<string> => {
  const directory = await mkdtemp(path.join(os.tmpdir(), "underseal-witness-"));
  running.defer(() => rm(directory, { recursive: true, force: true }));
  return path.join(directory, "data");
};

export interface TestWitness extends RunningWitness {
  readonly key: VerifierKey;
  readonly events: readonly WitnessEvent[];
  readonly clock: TestClock;
}

export const configOf = (dataDir: string, changes: Partial<WitnessConfig> = {}): WitnessConfig => ({
  ...{ dataDir, name: NAME, host: "127.0.0.1", port: 0, logs: LOGS },
  ...changes,
});

export const keyOf = (vkey: string): VerifierKey => {
  const key = decodeVerifierKey(vkey);
  return key.ok ? key.value : expect.fail(key.error.code);
};

export const openWitness = async (dataDir: string, changes: Partial<WitnessConfig> = {}): Promise<TestWitness> => {
  const events: WitnessEvent[] = [];
  const clock = createTestClock(START_MS);
  const deps = { clock, random: createTestRandom(9), onEvent: (event: WitnessEvent) => void events.push(event) };
  const witness = await startWitness(configOf(dataDir, changes), deps);
  if (!witness.ok) return expect.fail(witness.error.message);
  return { ...witness.value, key: keyOf(witness.value.verifierKey), events, clock };
};

export interface Reply {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}

export const post = async (url: string, body: string | Uint8Array<ArrayBuffer>): Promise<Reply> => {
  const response = await fetch(`${url}/add-checkpoint`, { method: "POST", body });
  return { status: response.status, type: response.headers.get("content-type"), body: await response.text() };
};
