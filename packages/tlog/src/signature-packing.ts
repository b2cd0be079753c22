import { assert } from "@underseal/foundation";
import type { SignedMessage } from "./signature-engine.ts";

// Claims as one buffer, so that another thread is given many at the price of one: for each the key (32 bytes), the
// signature (64), the message's length (4) and the message. Both lengths were checked before.

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const HEAD_BYTES = KEY_BYTES + SIGNATURE_BYTES + 4;

export const packClaims = (claims: readonly SignedMessage[]): Uint8Array<ArrayBuffer> => {
  const packed = new Uint8Array(claims.reduce((sum, { message }) => sum + HEAD_BYTES + message.length, 0));
  const view = new DataView(packed.buffer);
  let at = 0;
  for (const { publicKey, signature, message } of claims) {
    assert(publicKey.length === KEY_BYTES && signature.length === SIGNATURE_BYTES, "the claim's form was checked");
    packed.set(publicKey, at);
    packed.set(signature, at + KEY_BYTES);
    view.setUint32(at + KEY_BYTES + SIGNATURE_BYTES, message.length);
    packed.set(message, at + HEAD_BYTES);
    at += HEAD_BYTES + message.length;
  }
  return packed;
};

/** Of what `packClaims` made. The parts share its memory. */
export const unpackClaims = (packed: Uint8Array): readonly SignedMessage[] => {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const claims: SignedMessage[] = [];
  for (let at = 0; at < packed.length; ) {
    const end = at + HEAD_BYTES + view.getUint32(at + KEY_BYTES + SIGNATURE_BYTES);
    const [publicKey, signature] = [
      packed.subarray(at, at + KEY_BYTES),
      packed.subarray(at + KEY_BYTES, at + KEY_BYTES + SIGNATURE_BYTES),
    ];
    claims.push({ publicKey, signature, message: packed.subarray(at + HEAD_BYTES, end) });
    at = end;
  }
  return claims;
};
