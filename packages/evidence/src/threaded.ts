import type { SignedMessage } from "@underseal/tlog";
import { verifyStrictLater } from "@underseal/tlog/threaded";
import { claimsOf, type Statement } from "./envelope.ts";
import { isEs256Key, verifySigned } from "./signing-keys.ts";

/** As `isSignedBy`, on a second thread of Node. */
export const isSignedByLater = async (statement: Statement, publicKeys: readonly Uint8Array[]): Promise<boolean> => {
  const claims = claimsOf(statement, publicKeys);
  return claims !== null && (await Promise.all(claims.map(verifyLater))).every((fits) => fits);
};

const verifyLater = async (claim: SignedMessage): Promise<boolean> =>
  isEs256Key(claim.publicKey) ? verifySigned(claim) : await verifyStrictLater(claim);
