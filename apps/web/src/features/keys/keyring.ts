// The account's keys in this browser. At rest the seed is encrypted under an AES key that no script can read out
// (`extractable: false`), in IndexedDB: a copy of the profile's files or of the database does not give the seed away.
// It does not protect against a script that runs on this page; the page's content policy is there for that.
import { type AccountKeys, accountKeysOf } from "@underseal/evidence";
import { bytesToBase64Url, type Redacted, redact, reveal } from "@underseal/foundation";
import type { SeedStore, StoredSeed } from "./seed-store.ts";

const IV_BYTES = 12;

interface KeyOwner {
  readonly personId: string;
  readonly generation: number;
  /** The public signing key that the account has published, base64url. */
  readonly sign: string;
}

export interface Keyring {
  /** The keys of this person if this browser holds them; `null` where the 24 words must be typed. */
  load(owner: KeyOwner): Promise<AccountKeys | null>;
  /** Keeps the seed for later visits. */
  keep(owner: KeyOwner, seed: Redacted<Uint8Array>): Promise<AccountKeys>;
  /** Removes the person's keys from this browser. */
  forget(personId: string): Promise<void>;
}

export interface KeyringDeps {
  readonly store: SeedStore;
  readonly crypto: Crypto;
}

export const createKeyring = ({ store, crypto }: KeyringDeps): Keyring => {
  let current: { readonly personId: string; readonly keys: AccountKeys } | null = null;

  const remember = (owner: KeyOwner, seed: Redacted<Uint8Array>): AccountKeys | null => {
    const keys = accountKeysOf(seed, owner.generation);
    if (bytesToBase64Url(keys.signing.publicKey) !== owner.sign) return null;
    current = { personId: owner.personId, keys };
    return keys;
  };

  return {
    load: async (owner) => {
      if (current?.personId === owner.personId) return current.keys;
      const stored = await store.read(owner.personId);
      const seed = stored === null ? null : await decryptSeed(crypto, stored);
      return seed === null ? null : remember(owner, seed);
    },
    keep: async (owner, seed) => {
      const keys = remember(owner, seed);
      if (keys === null) throw new Error("broken assumption: the seed makes the keys that were published");
      await store.write(owner.personId, await encryptSeed(crypto, seed));
      return keys;
    },
    forget: async (personId) => {
      current = null;
      await store.remove(personId);
    },
  };
};

const encryptSeed = async (crypto: Crypto, seed: Redacted<Uint8Array>): Promise<StoredSeed> => {
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const box = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, new Uint8Array(reveal(seed)));
  return { key, iv, box };
};

const decryptSeed = async (crypto: Crypto, { key, iv, box }: StoredSeed): Promise<Redacted<Uint8Array> | null> => {
  try {
    return redact(new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, box)));
  } catch {
    // Damaged storage is no reason to lock anyone out: the 24 words open the account again.
    return null;
  }
};
