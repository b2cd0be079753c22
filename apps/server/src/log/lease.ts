import { assert, bytesToHex } from "@underseal/foundation";
import { type Database, databaseErrorCode } from "../platform/postgres/database.ts";
import { systemActor, transact } from "../platform/postgres/transact.ts";
import { releaseLease, renewLease, takeLease } from "./store/lease.ts";

// Which of several servers writes the log. This only keeps the others from trying: that there is one history is held
// by the head's lock and the term that each batch compares under it.
//
//   waiting --(lease is over)--> holding --(renewed every quarter)--> holding --(another term began)--> waiting

export interface Lease {
  /** Tries to take it, at once and from then on; resolves when the first try is decided. */
  start(): Promise<void>;
  /** The term in which we may write; `null` while another server does. */
  term(): number | null;
  /** A batch of this term found that another one had begun. */
  lose(term: number): void;
  /** Gives the lease back, if it is ours, and takes no other. */
  stop(): Promise<void>;
}

export interface LeaseDeps {
  readonly database: Database;
  /** After so long without a sign of life another server takes over. */
  readonly leaseMs: number;
  readonly onTaken: () => void;
  readonly onFault: (error: unknown) => void;
}

const LOOKS_PER_LEASE = 8;
const LOCK_NOT_AVAILABLE = "55P03";

/** Nothing happens before `start`. */
export const createLease = ({ database, leaseMs, onTaken, onFault }: LeaseDeps): Lease => {
  const holder = bytesToHex(database.random.bytes(16));
  let term: number | null = null;
  let looking: Promise<void> | null = null;

  const look = async (): Promise<void> => {
    const held = term;
    if (held !== null) {
      const isOurs = await transact(database, systemActor, (transaction) =>
        renewLease(transaction, { term: held, leaseMs }),
      );
      if (!isOurs && term === held) term = null;
      return;
    }
    term = await transact(database, systemActor, (transaction) => takeLease(transaction, { holder, leaseMs }));
    if (term !== null) onTaken();
  };
  const lookOnce = (): Promise<void> => {
    looking ??= look()
      .catch((error: unknown) => {
        // Several servers saw the end of a lease; another one was faster.
        if (databaseErrorCode(error) !== LOCK_NOT_AVAILABLE) onFault(error);
      })
      .finally(() => {
        looking = null;
      });
    return looking;
  };
  let timer: NodeJS.Timeout | null = null;
  return {
    start: () => {
      assert(timer === null, "a lease is started once");
      timer = setInterval(() => void lookOnce(), leaseMs / LOOKS_PER_LEASE);
      timer.unref();
      return lookOnce();
    },
    term: () => term,
    lose: (lost) => {
      // Meanwhile we may have taken the next one.
      if (term === lost) term = null;
    },
    stop: async () => {
      if (timer !== null) clearInterval(timer);
      await looking;
      const held = term;
      term = null;
      if (held === null) return;
      await transact(database, systemActor, (transaction) => releaseLease(transaction, held)).catch(onFault);
    },
  };
};
