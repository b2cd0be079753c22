// What a run needs of the terms that both sides signed.
import { BEACON_KEY_BYTES, type BeaconChain, isBeaconKey, type StatementBody } from "@underseal/evidence";
import { base64UrlToBytes } from "@underseal/foundation";
import { encodeVerifierKey, parsePinnedPolicy, type VerifierKey } from "@underseal/tlog";

/** The terms a run is under, with their statement hash. */
export interface TermsInForce {
  readonly hash: Uint8Array;
  readonly body: StatementBody<"terms">;
}

type Body = Pick<StatementBody<"terms">, "draw" | "log">;

/** The beacon that draws. */
export const beaconOf = ({ draw }: Pick<Body, "draw">): BeaconChain => {
  const { publicKey, genesis, period } = draw.beacon;
  return { publicKey: base64UrlToBytes(publicKey) ?? new Uint8Array(BEACON_KEY_BYTES), genesis, period };
};

/** The key of the log that must hold the records; `null` where the policy is not of the documented form. */
export const logKeyOf = ({ log }: Pick<Body, "log">): VerifierKey | null => {
  const policy = parsePinnedPolicy(log);
  return policy.ok ? (policy.value.logs[0]?.key ?? null) : null;
};

/** The log's verifier key as text: what we know of a log is kept under it. Empty where there is none. */
export const logNameOf = (body: Pick<Body, "log">): string => {
  const key = logKeyOf(body);
  return key === null ? "" : encodeVerifierKey(key);
};

/** Whether beacon and log can be checked at all: else nothing under these terms could ever be proven. */
export const areSound = (body: Body): boolean => isBeaconKey(beaconOf(body).publicKey) && logKeyOf(body) !== null;
