// Making an account's keys: in this browser, from its own randomness. What leaves it are the two public keys and the
// seed sealed to the recovery code, which only the 24 words open.
import { accountKeysOf, recoveryCodeOf, recoveryKeyOf, signStatement } from "@underseal/evidence";
import {
  bytesToBase64,
  bytesToBase64Url,
  type Clock,
  type Random,
  type Redacted,
  redact,
  reveal,
} from "@underseal/foundation";
import type { Opener } from "../../workers/opener.ts";

const SEED_BYTES = 32;
const GENERATION = 1;
/** How many words are asked back, so that nobody goes on without having written them down. */
const ASKED_WORDS = 3;

export interface NewAccount {
  readonly seed: Redacted<Uint8Array>;
  readonly words: Redacted<string>;
}

export const createAccount = ({ random }: { readonly random: Random }): NewAccount => ({
  seed: redact(random.bytes(SEED_BYTES)),
  words: recoveryCodeOf(random.bytes(SEED_BYTES)),
});

/** Three different places of the 24 words, in order. */
export const pickPlaces = ({ random }: { readonly random: Random }, wordCount: number): number[] => {
  const places = new Set<number>();
  // 256 is no multiple of 24: a slight preference for early places does no harm here.
  while (places.size < ASKED_WORDS) places.add((random.bytes(1)[0] ?? 0) % wordCount);
  return [...places].toSorted((a, b) => a - b);
};

/** The statement that announces the public half, with the sealed seed, as `PUT /v1/me/keys` takes it. */
export const publishable = async (
  { opener, clock }: { readonly opener: Opener; readonly clock: Clock },
  personId: string,
  { seed, words }: NewAccount,
) => {
  const keys = accountKeysOf(seed, GENERATION);
  const recovery = recoveryKeyOf(reveal(words));
  if (recovery === null) throw new Error("broken assumption: the code that was just made can be read");
  const box = await opener.run("sealSeed", { seed: reveal(seed), recipient: recovery.recipient });
  const account = signStatement(
    "account",
    {
      person: personId,
      generation: GENERATION,
      sign: bytesToBase64Url(keys.signing.publicKey),
      seal: keys.sealing.recipient,
      at: Math.floor(clock.now() / 1000),
    },
    [reveal(keys.signing.secretKey)],
  );
  return {
    account: account.envelope,
    seedBoxes: [{ opensWith: "recovery" as const, box: bytesToBase64(box) }],
  };
};
