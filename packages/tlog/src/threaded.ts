// Ed25519 on a second thread of Node, for whoever has many signatures and something else to do meanwhile. It stands
// apart from the rest, so that the verifier and browsers never reach for threads.
import { assert } from "@underseal/foundation";
import { isStrict, SEED_BYTES } from "./ed25519.ts";
import type { SignedMessage } from "./signature-engine.ts";
import { engine } from "./signature-node.ts";
import { createSignaturePool } from "./signature-pool.ts";

const pool = createSignaturePool(engine);

/** As `verifyStrict`. */
export const verifyStrictLater = async (claim: SignedMessage): Promise<boolean> =>
  isStrict(claim) && (await pool.verify(claim));

/** As `signEd25519` for each of the messages, in their order. */
export const signAllEd25519 = ({
  seed,
  messages,
}: {
  readonly seed: Uint8Array;
  readonly messages: readonly Uint8Array[];
}): Promise<readonly Uint8Array[]> => {
  assert(seed.length === SEED_BYTES, "an Ed25519 seed has 32 bytes");
  return pool.signAll(seed, messages);
};
