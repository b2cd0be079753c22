// Signing and verifying beside the main thread. What comes in one turn of the event loop goes to one thread in one
// message: a job for each signature in Node's own pool costs the main thread more than half of what verifying does.
import { Worker } from "node:worker_threads";
import type { SignatureEngine, SignedMessage } from "./signature-engine.ts";
import { packClaims } from "./signature-packing.ts";

/** To sign, the key is the seed and the signature is empty. */
export interface Job {
  readonly kind: "sign" | "verify";
  readonly packed: Uint8Array<ArrayBuffer>;
}

interface Sent {
  readonly settle: (answer: Uint8Array) => void;
  /** Does the work on this thread instead. */
  readonly doHere: () => void;
}

/** Less is done at once: a quiet server has no second thread. */
const BATCH_MIN = 4;
const SIGNATURE_BYTES = 64;

/** The answers are those of the engine, whichever thread they come from; the thread keeps no process alive. */
export const createSignaturePool = (engine: Pick<SignatureEngine, "verifyEd25519" | "signEd25519">) => {
  const send = startThread();
  let gathered: { readonly claim: SignedMessage; readonly resolve: (fits: boolean) => void }[] = [];

  const flush = (): void => {
    const batch = gathered;
    gathered = [];
    const doHere = (): void => {
      for (const { claim, resolve } of batch) resolve(engine.verifyEd25519(claim));
    };
    if (batch.length < BATCH_MIN) return void doHere();
    const settle = (fits: Uint8Array): void => {
      for (const [i, { resolve }] of batch.entries()) resolve(fits[i] === 1);
    };
    send({ kind: "verify", packed: packClaims(batch.map(({ claim }) => claim)) }, { settle, doHere });
  };
  return {
    verify: (claim: SignedMessage): Promise<boolean> =>
      new Promise((resolve) => {
        if (gathered.length === 0) setImmediate(flush);
        gathered.push({ claim, resolve });
      }),
    signAll: (seed: Uint8Array, messages: readonly Uint8Array[]): Promise<readonly Uint8Array[]> =>
      new Promise((resolve) => {
        const doHere = (): void => resolve(messages.map((message) => engine.signEd25519(seed, message)));
        if (messages.length < BATCH_MIN) return void doHere();
        const settle = (all: Uint8Array): void =>
          resolve(messages.map((_, i) => all.slice(SIGNATURE_BYTES * i, SIGNATURE_BYTES * (i + 1))));
        const signature = new Uint8Array(SIGNATURE_BYTES);
        const claims = messages.map((message) => ({ publicKey: seed, signature, message }));
        send({ kind: "sign", packed: packClaims(claims) }, { settle, doHere });
      }),
  };
};

/** One thread, from the first job on, that answers jobs in their order. */
const startThread = (): ((job: Job, waiting: Sent) => void) => {
  let worker: Worker | null = null;
  let sent: Sent[] = [];

  const start = (): Worker => {
    const started = new Worker(new URL("./signature-worker.ts", import.meta.url));
    started.unref();
    started.on("message", (answer: ArrayBuffer) => {
      sent.shift()?.settle(new Uint8Array(answer));
      if (sent.length === 0) started.unref();
    });
    // Whatever ended it, nothing is left undone.
    const lose = (): void => {
      if (worker !== started) return;
      worker = null;
      const lost = sent;
      sent = [];
      for (const { doHere } of lost) doHere();
    };
    started.on("error", lose);
    started.on("exit", lose);
    return started;
  };
  return (job, waiting) => {
    worker ??= start();
    // Somebody waits for it now.
    if (sent.length === 0) worker.ref();
    sent.push(waiting);
    worker.postMessage(job, [job.packed.buffer]);
  };
};
