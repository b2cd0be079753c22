// Verified rounds of the beacon, kept because hundreds of devices show the same ones. The beacon's own feature verifies
// them; a round has one signature for ever.
import { createRecent } from "../../platform/recent.ts";
import type { BeaconPort } from "../ports.ts";

/** Seventeen hours of a round every three seconds, about 3 MB. */
const ROUNDS_MAX = 20_000;

export const rememberRounds = (beacon: BeaconPort): BeaconPort => {
  const known = createRecent<Uint8Array>(ROUNDS_MAX);
  return {
    signaturesOf: async (rounds) => {
      const found = new Map<number, Uint8Array>();
      const unknown = new Set<number>();
      for (const round of rounds) {
        const signature = known.get(String(round));
        if (signature === undefined) unknown.add(round);
        else found.set(round, signature);
      }
      if (unknown.size === 0) return found;
      for (const [round, signature] of await beacon.signaturesOf([...unknown])) {
        found.set(round, signature);
        known.set(String(round), signature);
      }
      return found;
    },
  };
};
