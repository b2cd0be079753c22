import { accountKeysOf } from "@underseal/evidence";
import { bytesToBase64Url, createTestRandom, redact, reveal } from "@underseal/foundation";
import { expect, it } from "vitest";
import { createKeyring } from "../src/features/keys/keyring.ts";
import type { SeedStore, StoredSeed } from "../src/features/keys/seed-store.ts";

// IndexedDB exists only in browsers (pages.test.ts goes through it); this keeps the same values in a map.
const createMemoryStore = (): SeedStore & { readonly seeds: Map<string, StoredSeed> } => {
  const seeds = new Map<string, StoredSeed>();
  return {
    seeds,
    read: async (personId) => seeds.get(personId) ?? null,
    write: async (personId, seed) => void seeds.set(personId, seed),
    remove: async (personId) => void seeds.delete(personId),
  };
};

const seed = redact(createTestRandom(5).bytes(32));
const owner = {
  personId: "019a9f00-0000-7000-8000-000000000011",
  generation: 1,
  sign: bytesToBase64Url(accountKeysOf(seed, 1).signing.publicKey),
};

it("gives the same keys again after a restart of the browser", async () => {
  const store = createMemoryStore();
  await createKeyring({ store, crypto }).keep(owner, seed);
  const loaded = await createKeyring({ store, crypto }).load(owner);
  expect(loaded?.sealing.recipient).toBe(accountKeysOf(seed, 1).sealing.recipient);
});

it("stores the seed encrypted, under a key that cannot be read out", async () => {
  const store = createMemoryStore();
  await createKeyring({ store, crypto }).keep(owner, seed);
  const stored = store.seeds.get(owner.personId);
  expect(stored?.key.extractable).toBe(false);
  const box = bytesToBase64Url(new Uint8Array(stored?.box ?? new ArrayBuffer()));
  expect(box).not.toContain(bytesToBase64Url(reveal(seed)).slice(0, 16));
});

it("has no keys where they are not those that the account has published", async () => {
  const store = createMemoryStore();
  await createKeyring({ store, crypto }).keep(owner, seed);
  const other = bytesToBase64Url(new Uint8Array(32));
  expect(await createKeyring({ store, crypto }).load({ ...owner, sign: other })).toBeNull();
});

it("has no keys after they were forgotten, nor where the storage is damaged", async () => {
  const store = createMemoryStore();
  const keyring = createKeyring({ store, crypto });
  await keyring.keep(owner, seed);
  const stored = store.seeds.get(owner.personId);
  if (stored !== undefined) store.seeds.set(owner.personId, { ...stored, box: new ArrayBuffer(48) });
  expect(await createKeyring({ store, crypto }).load(owner)).toBeNull();
  await keyring.forget(owner.personId);
  expect(await keyring.load(owner)).toBeNull();
});
