// The platform's own guarantee of when it had a record: a slow log costs the freelancer nothing. One is signed for
// each record, so the body, whose three fields are plain, is written out here instead of being made, read and checked
// as a statement; a test compares it with what `signStatement` makes.
import { keyIdOf, preAuthenticationEncoding, signingKeyOf } from "@underseal/evidence";
import { bytesToBase64Url, reveal, SECOND_MS, utf8ToBytes } from "@underseal/foundation";
import { signAllEd25519 } from "@underseal/tlog/threaded";
import type { PlatformKey } from "../ports.ts";
import { ARRIVAL_TYPE, type SignedRow } from "../store/rows.ts";

export interface Arrived {
  readonly contractId: string;
  readonly statementHash: Uint8Array;
}

/** Those of a batch, in its order. */
export type SignArrivals = (arrived: readonly Arrived[], nowMs: number) => Promise<readonly SignedRow[]>;

export const createArrivalSigner = ({ secretKey }: PlatformKey): SignArrivals => {
  const seed = reveal(secretKey);
  const keyId = keyIdOf(signingKeyOf(seed).publicKey);
  return async (arrived, nowMs) => {
    const at = Math.floor(nowMs / SECOND_MS);
    const bodies = arrived.map(({ contractId, statementHash }) =>
      // RFC 8785: the fields in this order, no spaces; an id and base64url need no escapes.
      utf8ToBytes(`{"at":${at},"contract":"${contractId}","statement":"${bytesToBase64Url(statementHash)}"}`),
    );
    const messages = bodies.map((body) => preAuthenticationEncoding(ARRIVAL_TYPE, body));
    const signatures = await signAllEd25519({ seed, messages });
    return bodies.map((body, i) => ({
      ...{ payloadType: ARRIVAL_TYPE, body, keyId },
      signature: signatures[i] as Uint8Array, // As many as bodies.
    }));
  };
};
