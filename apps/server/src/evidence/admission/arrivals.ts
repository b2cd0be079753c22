// The platform's own guarantee of when it had a record: a slow log costs the freelancer nothing. One is signed for
// each record, so the body, whose three fields are plain, is written out here instead of being made, read and checked
// as a statement; a test compares it with what `signStatement` makes.
import { keyIdOf, preAuthenticationEncoding, signingKeyOf } from "@underseal/evidence";
import { bytesToBase64Url, reveal, SECOND_MS, utf8ToBytes } from "@underseal/foundation";
import { signEd25519 } from "@underseal/tlog";
import type { PlatformKey } from "../ports.ts";
import { ARRIVAL_TYPE, type SignedRow } from "../store/rows.ts";

export type SignArrival = (about: {
  readonly contractId: string;
  readonly statementHash: Uint8Array;
  readonly nowMs: number;
}) => SignedRow;

export const createArrivalSigner = ({ secretKey }: PlatformKey): SignArrival => {
  const seed = reveal(secretKey);
  const keyId = keyIdOf(signingKeyOf(seed).publicKey);
  return ({ contractId, statementHash, nowMs }) => {
    const at = Math.floor(nowMs / SECOND_MS);
    // RFC 8785: the fields in this order, no spaces; an id and base64url need no escapes.
    const text = `{"at":${at},"contract":"${contractId}","statement":"${bytesToBase64Url(statementHash)}"}`;
    const body = utf8ToBytes(text);
    const signature = signEd25519({ seed, message: preAuthenticationEncoding(ARRIVAL_TYPE, body) });
    return { payloadType: ARRIVAL_TYPE, body, keyId, signature };
  };
};
