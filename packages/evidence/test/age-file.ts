import { armor, Decrypter } from "age-encryption";

/** The stock library: whether the file opens with the identity. */
export const opensWithAge = async (
  file: Uint8Array,
  { identity, isArmored }: { readonly identity: string; readonly isArmored: boolean },
): Promise<boolean> => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    await decrypter.decrypt(isArmored ? armor.decode(new TextDecoder().decode(file)) : file);
    return true;
  } catch {
    return false;
  }
};
