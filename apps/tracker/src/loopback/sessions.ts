// How a browser becomes the owner's: a launch token, shown once to whoever could read the private file, is exchanged
// for a session. A session is two halves, a cookie and a key, and a request needs both: cookies go to every port of this
// machine that the browser visits, keys stay with our page. Kept are hashes; nothing of it outlives the daemon.
import {
  bytesToBase64Url,
  bytesToHex,
  type Clock,
  HOUR_MS,
  MINUTE_MS,
  type Random,
  sha256,
} from "@underseal/foundation";

export interface Session {
  readonly cookie: string;
  readonly key: string;
}

export interface Sessions {
  /** A token that opens one session within a minute. */
  launch(): string;
  /** `null` where the token is unknown, used or too old. */
  open(launchToken: string): Session | null;
  isOpen(session: Session): boolean;
}

const TOKEN_BYTES = 32;
export const LAUNCH_MS = MINUTE_MS;
const SESSION_MS = 24 * HOUR_MS;
/** The oldest is dropped first. */
const LAUNCHES_MAX = 8;
const SESSIONS_MAX = 8;

/** `clock`: of the machine, also where the tracker's own runs faster. */
export const createSessions = ({
  clock,
  random,
}: {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly random: Random;
}): Sessions => {
  const launches = createExpiring({ clock, lastsMs: LAUNCH_MS, entriesMax: LAUNCHES_MAX });
  const sessions = createExpiring({ clock, lastsMs: SESSION_MS, entriesMax: SESSIONS_MAX });
  const token = (): string => bytesToBase64Url(random.bytes(TOKEN_BYTES));
  return {
    launch: () => {
      const launched = token();
      launches.add(launched);
      return launched;
    },
    open: (launchToken) => {
      if (!launches.take(launchToken)) return null;
      const session = { cookie: token(), key: token() };
      sessions.add(nameOf(session));
      return session;
    },
    isOpen: (session) => sessions.has(nameOf(session)),
  };
};

const nameOf = ({ cookie, key }: Session): string => `${cookie} ${key}`;

interface Expiring {
  add(secret: string): void;
  has(secret: string): boolean;
  /** Whether it was there; it is not any more. */
  take(secret: string): boolean;
}

interface ExpiringSettings {
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly lastsMs: number;
  readonly entriesMax: number;
}

const createExpiring = ({ clock, lastsMs, entriesMax }: ExpiringSettings): Expiring => {
  /** By hash, so that looking one up takes no time that tells of it; in the order in which they were added. */
  const endsAtMs = new Map<string, number>();
  const dropOld = (): void => {
    for (const [hash, endMs] of endsAtMs) if (clock.monotonicMs() >= endMs) endsAtMs.delete(hash);
  };
  const has = (secret: string): boolean => {
    dropOld();
    return endsAtMs.has(hashOf(secret));
  };
  return {
    has,
    add: (secret) => {
      dropOld();
      endsAtMs.set(hashOf(secret), clock.monotonicMs() + lastsMs);
      const oldest = endsAtMs.keys().next().value;
      if (endsAtMs.size > entriesMax && oldest !== undefined) endsAtMs.delete(oldest);
    },
    take: (secret) => has(secret) && endsAtMs.delete(hashOf(secret)),
  };
};

const hashOf = (secret: string): string => bytesToHex(sha256(new TextEncoder().encode(secret)));
