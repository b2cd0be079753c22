import { bytesToHex } from "@underseal/foundation";
import type { LogSubject } from "./subjects.ts";

// Requests that wait until their entry is in a signed checkpoint.

export interface Waiters {
  /** Resolves with the entry's proof, or with `null` when the time is over, the room is full or the log stops. */
  wait(subject: LogSubject, timeoutMs: number): Promise<string | null>;
  /** Those waiting longest, each subject as often as it is waited for. */
  oldest(max: number): readonly Waiter[];
  /** Finishes those whose proof is known, by their subject's hexadecimal digits. */
  answer(proofOf: (subject: string) => string | null): void;
  isAny(): boolean;
  /** Sends everybody away with `null`, and those that come later. */
  close(): void;
}

export interface Waiter {
  readonly subject: LogSubject;
  readonly isWaiting: () => boolean;
  /** The second call and later ones do nothing. */
  finish(proof: string | null): void;
}

const WAITERS_MAX = 10_000;

export const createWaiters = (): Waiters => {
  // A Map keeps the order of arrival.
  const waiting = new Map<Waiter, string>();
  let isClosed = false;
  return {
    wait: (subject, timeoutMs) =>
      new Promise((resolve) => {
        if (isClosed || waiting.size >= WAITERS_MAX) return resolve(null);
        const waiter: Waiter = {
          subject,
          isWaiting: () => waiting.has(waiter),
          finish: (proof) => {
            if (!waiting.delete(waiter)) return;
            clearTimeout(timer);
            resolve(proof);
          },
        };
        const timer = setTimeout(() => waiter.finish(null), timeoutMs);
        waiting.set(waiter, bytesToHex(subject));
      }),
    oldest: (max) => [...waiting.keys()].slice(0, max),
    answer: (proofOf) => {
      for (const [waiter, subject] of [...waiting]) {
        const proof = proofOf(subject);
        if (proof !== null) waiter.finish(proof);
      }
    },
    isAny: () => waiting.size > 0,
    close: () => {
      isClosed = true;
      for (const waiter of [...waiting.keys()]) waiter.finish(null);
    },
  };
};
