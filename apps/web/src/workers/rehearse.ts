// The first picture is the slowest: the browser compiles what it opens with while it waits. So a worker that has
// nothing to do yet opens something of its own. Nothing depends on the answer.
import { accountKeysOf, beaconKeyOf, signRound, verifyRound } from "@underseal/evidence";
import { openSeed } from "@underseal/evidence/open";
import { sealSeed } from "@underseal/evidence/seal";
import { redact } from "@underseal/foundation";

/** From 32 random bytes that are used for nothing else. */
export const rehearse = async (seed: Uint8Array): Promise<boolean> => {
  const { sealing } = accountKeysOf(redact(seed), 1);
  const opened = await openSeed(await sealSeed(redact(seed), sealing.recipient), sealing.identity);
  const round = { round: 1, signature: signRound(seed, 1) };
  return opened !== null && verifyRound({ publicKey: beaconKeyOf(seed) }, round);
};
