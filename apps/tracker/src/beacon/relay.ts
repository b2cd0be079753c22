// Rounds of the beacon as somebody passes them on (drand's HTTP JSON): the platform's server, or any relay of drand.
// Nothing is believed here but the form. Which beacon it is stands in the terms and is never taken from a relay.
import { beaconRoundSchema } from "@underseal/api";
import type { BeaconRound } from "@underseal/evidence";
import { bytesToUtf8, hexToBytes } from "@underseal/foundation";

/** `absent`: not published there yet, or an older round in its place; `unreachable`: nobody to ask. */
export type RelayAnswer =
  | { readonly state: "round"; readonly round: BeaconRound }
  | { readonly state: "absent" }
  | { readonly state: "unreachable"; readonly detail: string };

export interface BeaconRelay {
  /** The newest round that the relay has. */
  latest(): Promise<RelayAnswer>;
  round(round: number): Promise<RelayAnswer>;
}

export interface RelayDeps {
  /** What `/public/…` is appended to. */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

const ANSWER_BYTES_MAX = 4_096;

/** drand's relays say 404 or 425 (too early) of a round that is not there yet. */
const ABSENT_STATUSES: ReadonlySet<number> = new Set([404, 425]);

export const createBeaconRelay = (deps: RelayDeps): BeaconRelay => ({
  latest: () => ask(deps, "latest"),
  round: async (round) => {
    const answer = await ask(deps, String(round));
    return answer.state === "round" && answer.round.round !== round ? { state: "absent" } : answer;
  },
});

const ask = async ({ baseUrl, fetch, timeoutMs }: RelayDeps, name: string): Promise<RelayAnswer> => {
  try {
    const response = await fetch(`${baseUrl}/public/${name}`, { signal: AbortSignal.timeout(timeoutMs) });
    if (ABSENT_STATUSES.has(response.status)) {
      await response.body?.cancel();
      return { state: "absent" };
    }
    const round = response.ok ? readRound(await readLimited(response)) : null;
    if (!response.ok) await response.body?.cancel();
    return round === null ? unreachable(`answer ${response.status} of unknown form`) : { state: "round", round };
  } catch (cause) {
    return unreachable(cause instanceof Error ? cause.message : "the request failed");
  }
};

const unreachable = (detail: string): RelayAnswer => ({ state: "unreachable", detail });

/** `null` where it is longer than any round. */
const readLimited = async (response: Response): Promise<Uint8Array | null> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > ANSWER_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const readRound = (bytes: Uint8Array | null): BeaconRound | null => {
  const answer = beaconRoundSchema.safeParse(parseJson(bytes));
  const signature = answer.success ? hexToBytes(answer.data.signature) : null;
  return answer.success && signature !== null ? { round: answer.data.round, signature } : null;
};

const parseJson = (bytes: Uint8Array | null): unknown => {
  try {
    return JSON.parse(bytesToUtf8(bytes ?? new Uint8Array()) ?? "");
  } catch {
    return undefined;
  }
};
