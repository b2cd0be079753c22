// The beacon as anyone may follow it, in drand's HTTP JSON. A round never changes, so it may be kept for ever.
import { type BeaconRoundAnswer, beaconPaths } from "@underseal/api";
import { type BeaconChain, randomnessOf, roundAt } from "@underseal/evidence";
import { bytesToHex, type Clock, DAY_MS, SECOND_MS } from "@underseal/foundation";
import type { FastifyInstance } from "fastify";
import { sendProblem } from "../platform/http/problem.ts";
import type { Rounds } from "./rounds.ts";

export interface BeaconFiles {
  readonly chain: BeaconChain;
  readonly clock: Clock;
  readonly rounds: Rounds;
}

/** Older rounds are answered where they are kept: otherwise whoever counts could make us work, and fill the table. */
const RELAYED_MS = DAY_MS;

/** A round may cost us its making. A tracker asks for one in each period. */
const ROUNDS_PER_MINUTE_MAX = 600;

const ROUND = /^[1-9]\d{0,14}$/;

/** Serves `/beacon/info`, `/beacon/public/latest` and `/beacon/public/:round`; it has drand's own specification. */
export const mountBeaconFiles = (app: FastifyInstance, files: BeaconFiles): void => {
  const rateLimit = { max: ROUNDS_PER_MINUTE_MAX, timeWindow: "1 minute" };
  const options = { schema: { hide: true }, config: { rateLimit } };
  app.get(beaconPaths.info, options, async (_request, reply) =>
    reply
      .header("cache-control", "public, max-age=3600")
      .type("application/json")
      .send(JSON.stringify(presentInfo(files.chain))),
  );
  app.get(beaconPaths.latest, options, async (_request, reply) => {
    const latest = await findLatest(files);
    reply.header("cache-control", "no-store");
    return latest === null
      ? sendProblem(reply, { code: "UNAVAILABLE" })
      : reply.type("application/json").send(JSON.stringify(latest));
  });
  app.get<{ Params: { round: string } }>("/beacon/public/:round", options, async (request, reply) => {
    const { round } = request.params;
    const found = ROUND.test(round) ? await findRound(files, Number(round)) : null;
    if (found === null) {
      reply.header("cache-control", "no-store");
      return sendProblem(reply, { code: "NOT_FOUND" });
    }
    return reply
      .header("cache-control", "public, max-age=31536000, immutable")
      .type("application/json")
      .send(JSON.stringify(found));
  });
};

/** The newest round, or the one before it while the newest is on its way. */
const findLatest = async ({ chain, clock, rounds }: BeaconFiles): Promise<BeaconRoundAnswer | null> => {
  const newest = roundAt(chain, clock.now() / SECOND_MS);
  for (const round of [newest, newest - 1]) {
    const signature = (await rounds.signaturesOf([round])).get(round);
    if (signature !== undefined) return presentRound(round, signature);
  }
  return null;
};

const findRound = async ({ chain, clock, rounds }: BeaconFiles, round: number): Promise<BeaconRoundAnswer | null> => {
  const isRelayed = round >= roundAt(chain, (clock.now() - RELAYED_MS) / SECOND_MS);
  const signature = isRelayed ? (await rounds.signaturesOf([round])).get(round) : await rounds.storedSignatureOf(round);
  return signature === undefined || signature === null ? null : presentRound(round, signature);
};

const presentRound = (round: number, signature: Uint8Array): BeaconRoundAnswer => ({
  round,
  randomness: bytesToHex(randomnessOf(signature)),
  signature: bytesToHex(signature),
});

const presentInfo = ({ publicKey, genesis, period }: BeaconChain) => ({
  public_key: bytesToHex(publicKey),
  period,
  genesis_time: genesis,
  schemeID: "bls-unchained-g1-rfc9380",
});
