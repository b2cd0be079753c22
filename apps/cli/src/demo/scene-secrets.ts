// The words on the demo's screen that must be found nowhere else. They are new in every run: a word that stood in our
// source would also be found in what is built from it.
import type { Random } from "@underseal/foundation";

export interface SceneSecrets {
  readonly accessKey: string;
  readonly shellPassword: string;
  readonly databasePassword: string;
  readonly loginPassword: string;
  readonly patientNumber: string;
  readonly vaultPassword: string;
}

// Letters and digits that nobody, and no text recognition, takes for one another; 32 of them, so a byte picks evenly.
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

export const makeSecrets = (random: Random): SceneSecrets => {
  const word = (length: number) => Array.from(random.bytes(length), (byte) => LETTERS[byte % LETTERS.length]).join("");
  return {
    accessKey: `AKIA${word(16)}`,
    shellPassword: `hunter-${word(10)}`,
    databasePassword: `pg-${word(12)}`,
    loginPassword: `Sunrise-${word(8)}`,
    patientNumber: `PAT-${word(4)}-${word(6)}`,
    vaultPassword: `vault-${word(10)}`,
  };
};
