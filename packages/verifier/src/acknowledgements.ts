// What the client's software said of the files it opened: an `ok`, or one of the mechanical complaints of protocol §9.
import { isSignedBy } from "@underseal/evidence";
import { ok, type Result } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle } from "./parse.ts";
import type { DeviceChain } from "./records.ts";
import type { TermsByHash } from "./terms.ts";

export interface Acknowledged {
  /** Disclosures that the client's software found to be as the records say. */
  readonly accepted: number;
  readonly complaints: readonly { readonly disclosure: string; readonly verdict: string }[];
}

/** Each is about a disclosure in the bundle and signed by the client; none stands twice. */
export const checkAcknowledgements = (
  { acknowledgements, contract }: ParsedBundle,
  { chains, terms }: { readonly chains: readonly DeviceChain[]; readonly terms: TermsByHash },
): Result<Acknowledged, VerificationFailure> => {
  const disclosures = new Set(
    chains.flat().flatMap(({ statement, hash }) => (statement.name === "disclosure" ? [hash] : [])),
  );
  // A client who has new keys since may look at what was disclosed under the old ones.
  const clientKeys = [...new Set([...terms.values()].map(({ statement }) => statement.body.client.sign))].map(bytesOf);
  const seen = new Set<string>();
  for (const acknowledgement of acknowledgements) {
    const isPlaced = disclosures.has(acknowledgement.body.disclosure) && acknowledgement.body.contract === contract;
    if (!isPlaced || seen.has(acknowledgement.envelope.payload)) {
      return refuse("ACKNOWLEDGEMENT_MISPLACED", acknowledgement);
    }
    if (!clientKeys.some((key) => isSignedBy(acknowledgement, [key]))) {
      return refuse("ACKNOWLEDGEMENT_SIGNATURE_INVALID", acknowledgement);
    }
    seen.add(acknowledgement.envelope.payload);
  }
  const bodies = acknowledgements.map(({ body }) => body);
  return ok({
    accepted: new Set(bodies.filter(({ verdict }) => verdict === "ok").map(({ disclosure }) => disclosure)).size,
    complaints: bodies
      .filter(({ verdict }) => verdict !== "ok")
      .map(({ disclosure, verdict }) => ({ disclosure, verdict })),
  });
};
