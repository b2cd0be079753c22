// The signatures that records claim to show. They are asked for before anybody knows whether the device has a contract,
// so nothing is made or fetched for a record that cannot pass, nor for times long gone.
import { roundAt } from "@underseal/evidence";
import { DAY_MS, SECOND_MS } from "@underseal/foundation";
import type { BeaconPort } from "../ports.ts";
import { checkStartRound } from "../rules.ts";
import { checkCertified, claimedRoundOf, type SignedRecord } from "./record.ts";

type Signed = Pick<SignedRecord, "record" | "device">;

/** Whose device was without network for longer stopped the run, or has its rounds at hand here already. */
const ASKED_MS = 14 * DAY_MS;

export const findClaimedRounds = async (
  beacon: BeaconPort,
  signed: readonly Signed[],
  nowMs: number,
): Promise<ReadonlyMap<number, Uint8Array>> => {
  const claimed = signed.filter((each) => canPass(beacon, each, nowMs));
  const rounds = [...new Set(claimed.flatMap(({ record }) => claimedRoundOf(record) ?? []))];
  if (rounds.length === 0) return new Map();
  const oldest = roundAt(beacon.chain, (nowMs - ASKED_MS) / SECOND_MS);
  const signatures = new Map(await beacon.signaturesOf(rounds.filter((round) => round >= oldest)));
  for (const round of rounds.filter((each) => each < oldest)) {
    const signature = await beacon.storedSignatureOf(round);
    if (signature !== null) signatures.set(round, signature);
  }
  return signatures;
};

const canPass = ({ chain }: BeaconPort, signed: Signed, nowMs: number): boolean => {
  const { record } = signed;
  if (checkCertified(signed, nowMs) !== null) return false;
  return record.name !== "start" || checkStartRound(record.body, chain) === null;
};
