// Verifying beside the main thread. What comes in one turn of the event loop goes to one thread in one message: a job
// for each signature in Node's own pool costs the main thread more than half of what verifying does.
import { Worker } from "node:worker_threads";
import type { SignedMessage } from "./signature-engine.ts";
import { packClaims } from "./signature-packing.ts";

type Verify = (claim: SignedMessage) => boolean;

interface Waiting {
  readonly claim: SignedMessage;
  readonly resolve: (fits: boolean) => void;
}

/** Fewer are verified at once: a quiet server has no second thread. */
const BATCH_MIN = 4;

/** The answers are those of `verify`, whichever thread they come from; the thread keeps no process alive. */
export const createVerifierPool = (verify: Verify): ((claim: SignedMessage) => Promise<boolean>) => {
  let gathered: Waiting[] = [];
  let worker: Worker | null = null;
  /** In the order in which they were sent, which is that of the answers. */
  let sent: (readonly Waiting[])[] = [];

  const verifyHere = (batch: readonly Waiting[]): void => {
    for (const { claim, resolve } of batch) resolve(verify(claim));
  };
  const start = (): Worker => {
    const started = new Worker(new URL("./signature-worker.ts", import.meta.url));
    started.unref();
    started.on("message", (answer: ArrayBuffer) => {
      const fits = new Uint8Array(answer);
      for (const [i, { resolve }] of (sent.shift() ?? []).entries()) resolve(fits[i] === 1);
      if (sent.length === 0) started.unref();
    });
    // Whatever ended it, nobody's signature is left undecided.
    const lose = (): void => {
      if (worker !== started) return;
      worker = null;
      const lost = sent;
      sent = [];
      for (const batch of lost) verifyHere(batch);
    };
    started.on("error", lose);
    started.on("exit", lose);
    return started;
  };
  const flush = (): void => {
    const batch = gathered;
    gathered = [];
    if (batch.length < BATCH_MIN) return void verifyHere(batch);
    worker ??= start();
    // Somebody waits for it now.
    if (sent.length === 0) worker.ref();
    sent.push(batch);
    const { buffer } = packClaims(batch.map(({ claim }) => claim));
    worker.postMessage(buffer, [buffer]);
  };
  return (claim) =>
    new Promise((resolve) => {
      if (gathered.length === 0) setImmediate(flush);
      gathered.push({ claim, resolve });
    });
};
