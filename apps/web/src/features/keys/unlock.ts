import { accountKeysOf } from "@underseal/evidence";
import { base64ToBytes, bytesToBase64Url, err, ok, type Redacted, type Result, redact } from "@underseal/foundation";
import type { Opener } from "../../workers/opener.ts";
import type { Me } from "../session/me.ts";

export type UnlockError = "WORDS_WRONG" | "NO_BOX" | "KEYS_DIFFER";

/**
 * The seed from the 24 words. `WORDS_WRONG`: a word or the order is wrong; `NO_BOX`: the account has nothing that a
 * recovery code opens; `KEYS_DIFFER`: what opened is not the account's key, so the server sent another box.
 */
export const unlockSeed = async (
  { opener }: { readonly opener: Opener },
  { keys, words }: { readonly keys: NonNullable<Me["keys"]>; readonly words: string },
): Promise<Result<Redacted<Uint8Array>, UnlockError>> => {
  const sealed = keys.seedBoxes.find(({ opensWith }) => opensWith === "recovery");
  const box = sealed === undefined ? null : base64ToBytes(sealed.box);
  if (box === null) return err("NO_BOX");
  const bytes = await opener.run("openSeed", { box, words });
  if (bytes === null) return err("WORDS_WRONG");
  const seed = redact(bytes);
  const { signing } = accountKeysOf(seed, keys.generation);
  return bytesToBase64Url(signing.publicKey) === keys.sign ? ok(seed) : err("KEYS_DIFFER");
};
