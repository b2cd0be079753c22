import { sha256 } from "@underseal/evidence";
import { type Random, utf8ToBytes } from "@underseal/foundation";

// Enrolment codes: short enough to type from one screen to another, good for one device and ten minutes. 2^40 codes
// and ten tries a minute and address leave nothing to guess at. A copy of the table would give codes away to who
// tries all of them, but by then they have ended.

// Letters and digits without those that look alike: 32, so each carries five random bits.
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/** `ABCD-EFGH` */
export const makeCode = (random: Random): string => {
  const characters = Array.from(random.bytes(8), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
  return `${characters.slice(0, 4)}-${characters.slice(4)}`;
};

const LABEL = utf8ToBytes("underseal/1/device-code\0");

export const hashCode = (code: string): Uint8Array => sha256(LABEL, utf8ToBytes(code));
