// What the client's software said of the files it opened: an `ok`, or one of the mechanical complaints of protocol §9.
import { isSignedBy, type Statement } from "@underseal/evidence";
import { ok, type Result } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle } from "./parse.ts";
import type { CheckedRecord, DeviceChain } from "./records.ts";

export interface Acknowledged {
  /** Disclosures that the client's software found to be as the records say. */
  readonly accepted: number;
  readonly complaints: readonly { readonly disclosure: string; readonly verdict: string }[];
}

/** Each is about a disclosure in the bundle and signed by the client; none stands twice. */
export const checkAcknowledgements = (
  { acknowledgements, contract }: ParsedBundle,
  chains: readonly DeviceChain[],
): Result<Acknowledged, VerificationFailure> => {
  const disclosures = new Map(
    chains.flat().flatMap((record) => (record.statement.name === "disclosure" ? [[record.hash, record]] : [])),
  );
  const seen = new Set<string>();
  for (const acknowledgement of acknowledgements) {
    const disclosure = disclosures.get(acknowledgement.body.disclosure);
    const isPlaced = disclosure !== undefined && acknowledgement.body.contract === contract;
    if (!isPlaced || seen.has(acknowledgement.envelope.payload)) {
      return refuse("ACKNOWLEDGEMENT_MISPLACED", acknowledgement);
    }
    if (!isSignedByClient(acknowledgement, disclosure))
      return refuse("ACKNOWLEDGEMENT_SIGNATURE_INVALID", acknowledgement);
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

const isSignedByClient = (acknowledgement: Statement<"acknowledgement">, { terms }: CheckedRecord): boolean =>
  isSignedBy(acknowledgement, [bytesOf(terms.statement.body.client.sign)]);
