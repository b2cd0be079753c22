// Who chose the moments: the beacon, whose signed round each capture then holds, or a seed that the device committed to
// and reveals when the run stops. A capture that nobody drew shows a moment that somebody chose.
import {
  type BeaconChain,
  type BeaconRound,
  createDraw,
  deviceRandomness,
  drawCommitment,
  randomnessOf,
  type Statement,
  type StatementBody,
  verifyRounds,
} from "@underseal/evidence";
import { base64UrlToBytes, bytesToBase64Url, err, ok, type Result } from "@underseal/foundation";
import { type Fault, fault } from "./checks.ts";
import type { Memory } from "./memory.ts";
import { keyBytes } from "./verify-parties.ts";
import type { SegmentRecords } from "./verify-records.ts";

/** `beacon`: every capture was drawn by it; `device`: all were checked by a seed; `open`: a seed is not revealed yet. */
export type DrawnBy = "beacon" | "device" | "open";

export const checkDraws = (
  { captures, starts, stops }: SegmentRecords,
  terms: StatementBody<"terms">,
  memory: Memory,
): Result<DrawnBy, Fault> => {
  const isDrawn = createDraw({ person: terms.freelancer.person, odds: terms.draw.odds });
  const rounds: BeaconRound[] = [];
  let drawnBy: DrawnBy = "beacon";
  for (const capture of captures.values()) {
    const start = startOf(capture, starts);
    if (start === null) return err(fault("draw", "MISSING", "the start of a capture's run is not here"));
    const { round, sig } = capture.body.beacon;
    if ((sig === undefined) !== (start.body.beacon.sig === undefined)) {
      return err(fault("draw", "BEACON", "a capture and the start of its run name different sources of draws"));
    }
    const randomness = sig === undefined ? seededRandomness(start, stops, round) : randomnessOf(keyBytes(sig));
    if (sig !== undefined) rounds.push({ round, signature: keyBytes(sig) });
    else if (drawnBy !== "open") drawnBy = randomness === null ? "open" : "device";
    if (randomness !== null && !isDrawn(randomness)) {
      return err(fault("draw", "DRAW", `round ${round} was not drawn: somebody chose this moment`));
    }
  }
  for (const { body } of starts) {
    if (body.beacon.sig !== undefined) rounds.push({ round: body.beacon.round, signature: keyBytes(body.beacon.sig) });
  }
  return areRounds(rounds, beaconOf(terms), memory)
    ? ok(drawnBy)
    : err(fault("draw", "BEACON", "a record holds a round that the beacon did not sign"));
};

/** The newest start before the capture in its device's chain. */
const startOf = ({ body }: Statement<"capture">, starts: readonly Statement<"start">[]): Statement<"start"> | null =>
  starts
    .filter((start) => start.body.device === body.device && start.body.seq < body.seq)
    .reduce<Statement<"start"> | null>(
      (newest, start) => (newest === null || start.body.seq > newest.body.seq ? start : newest),
      null,
    );

const seededRandomness = (
  { body }: Statement<"start">,
  stops: readonly Statement<"segment">[],
  round: number,
): Uint8Array | null => {
  const seeds = stops.flatMap((stop) => base64UrlToBytes(stop.body.drawSeed ?? "") ?? []);
  const seed = seeds.find((candidate) => bytesToBase64Url(drawCommitment(candidate)) === body.drawC);
  return seed === undefined ? null : deviceRandomness(seed, round);
};

const beaconOf = ({ draw }: StatementBody<"terms">): BeaconChain => ({
  ...draw.beacon,
  publicKey: keyBytes(draw.beacon.publicKey),
});

/** All that are new together: that is several times faster than one by one. */
const areRounds = (rounds: readonly BeaconRound[], chain: BeaconChain, { rounds: recall }: Memory): boolean => {
  const key = rounds.map(({ round, signature }) => `${round} ${bytesToBase64Url(signature)}`).join(" ");
  return recall(`${bytesToBase64Url(chain.publicKey)} ${key}`, () => verifyRounds(chain, rounds));
};
