// The public randomness that draws captures (protocol §6): the platform's own chain, or drand's quicknet by relays.
import { type BeaconChain, QUICKNET } from "@underseal/evidence";
import type { Clock, Redacted } from "@underseal/foundation";
import type { FastifyInstance } from "fastify";
import type { Feature } from "../platform/feature.ts";
import type { Database } from "../platform/postgres/database.ts";
import { mountBeaconFiles } from "./files.ts";
import { createRelays, type RelayFault } from "./relays.ts";
import { createRounds, type Rounds } from "./rounds.ts";
import { type BeaconSource, createOwnChain } from "./source.ts";

/** A feature without routes of the API: it is served as drand serves (`/beacon/…`). */
export interface Beacon extends Feature, Pick<Rounds, "signaturesOf" | "signaturesIn" | "storedSignatureOf"> {
  /** What terms pin. */
  readonly chain: BeaconChain;
  mount(app: FastifyInstance): void;
}

export type BeaconSettings =
  | { readonly kind: "own"; readonly period: number }
  | { readonly kind: "quicknet"; readonly urls: readonly string[] };

export interface BeaconDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly settings: BeaconSettings;
  /** The 32-byte secret of the platform's own chain. */
  readonly beaconKey: Redacted<Uint8Array>;
  readonly fetch: typeof fetch;
  readonly onFault: (fault: RelayFault) => void;
}

const QUICKNET_HASH = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971";

export const createBeacon = (deps: BeaconDeps): Beacon => serveBeacon(deps, sourceOf(deps));

const sourceOf = ({ settings, beaconKey, clock, fetch, onFault }: BeaconDeps): BeaconSource =>
  settings.kind === "own"
    ? createOwnChain({ secretKey: beaconKey, period: settings.period })
    : createRelays({ chain: QUICKNET, chainHash: QUICKNET_HASH, urls: settings.urls, clock, fetch, onFault });

/** The feature over any source. */
export const serveBeacon = (
  { database, clock }: Pick<BeaconDeps, "database" | "clock">,
  source: BeaconSource,
): Beacon => {
  const { chain } = source;
  const rounds = createRounds({ database, clock, source });
  return {
    chain,
    routes: [],
    mount: (app) => mountBeaconFiles(app, { chain, clock, rounds }),
    signaturesOf: rounds.signaturesOf,
    signaturesIn: rounds.signaturesIn,
    storedSignatureOf: rounds.storedSignatureOf,
  };
};
