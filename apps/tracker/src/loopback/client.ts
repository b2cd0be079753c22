// The command line's side: finds the daemon of a state directory, and believes it once it has proven that it knows the
// secret in the private file.
import { bytesToBase64Url, err, ok, type Random, type Result, SECOND_MS } from "@underseal/foundation";
import type { DaemonCommand } from "../daemon/commands.ts";
import type { Snapshot } from "../daemon/snapshot.ts";
import { requestDirectly } from "./direct-request.ts";
import { type Endpoint, readEndpoint } from "./endpoint.ts";
import type { PageAddress } from "./guard.ts";
import { authorizationOf, CHALLENGE_BYTES, CHALLENGE_HEADER, proofFor } from "./owner-secret.ts";

export interface DaemonClient {
  readonly url: string;
  readonly pid: number;
  readonly startedAtMs: number;
  snapshot(): Promise<Result<Snapshot, { readonly message: string }>>;
  /** Answers when it is done. */
  command(command: DaemonCommand): Promise<Result<Snapshot, { readonly message: string }>>;
  /** The address of a page, good for one visit within a minute. */
  launch(page: PageAddress): Promise<Result<string, { readonly message: string }>>;
}

interface ClientDeps {
  readonly random: Random;
}

const PROOF_MS = 3 * SECOND_MS;
const ANSWER_MS = 10 * SECOND_MS;
/** A run ends when its capture has, which may be reading a large screen. */
const COMMAND_MS = 180 * SECOND_MS;

/** `null` where none runs, whatever a killed one left. */
export const findDaemon = async (stateDir: string, deps: ClientDeps): Promise<DaemonClient | null> => {
  const endpoint = await readEndpoint(stateDir);
  if (endpoint === null || !(await isProven(endpoint, deps))) return null;
  const { port, pid, startedAtMs } = endpoint;
  const url = urlOf(port);
  return {
    ...{ url, pid, startedAtMs },
    snapshot: () => ask<Snapshot>(endpoint, { path: "/snapshot", timeoutMs: ANSWER_MS }),
    command: (body) => ask<Snapshot>(endpoint, { path: "/commands", body, timeoutMs: COMMAND_MS }),
    launch: async (page) => {
      const launched = await ask<{ token: string }>(endpoint, {
        path: "/launch",
        body: {},
        timeoutMs: ANSWER_MS,
      });
      // Behind the #, so that no log and no other page ever sees it.
      return launched.ok ? ok(`${url}${page}#${launched.value.token}`) : launched;
    },
  };
};

const urlOf = (port: number): string => `http://127.0.0.1:${port}`;

const isProven = async ({ port, secret }: Endpoint, { random }: ClientDeps): Promise<boolean> => {
  const challenge = bytesToBase64Url(random.bytes(CHALLENGE_BYTES));
  const headers = { [CHALLENGE_HEADER]: challenge };
  try {
    const { value } = await requestDirectly({ port, path: "/daemon", headers, timeoutMs: PROOF_MS });
    return value.proof === proofFor(secret, challenge);
  } catch {
    return false;
  }
};

interface Question {
  readonly path: string;
  readonly body?: unknown;
  readonly timeoutMs: number;
}

const ask = async <T>(
  { port, secret }: Endpoint,
  question: Question,
): Promise<Result<T, { readonly message: string }>> => {
  const origin = urlOf(port);
  const headers = { authorization: authorizationOf(secret), origin, "content-type": "application/json" };
  try {
    const { isOk, value } = await requestDirectly({ port, headers, ...question });
    // Of the form that the daemon's own code gives it, which has proven to be the daemon.
    return isOk ? ok(value as T) : err({ message: String(value.message) });
  } catch (cause) {
    return err({ message: `the tracker does not answer (${cause instanceof Error ? cause.message : "no reason"})` });
  }
};
