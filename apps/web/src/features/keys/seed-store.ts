// IndexedDB, because it is the only storage that takes a non-extractable CryptoKey as it is.

export interface StoredSeed {
  readonly key: CryptoKey;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly box: ArrayBuffer;
}

export interface SeedStore {
  read(personId: string): Promise<StoredSeed | null>;
  write(personId: string, seed: StoredSeed): Promise<void>;
  remove(personId: string): Promise<void>;
}

const DATABASE = "underseal-keys";
const SEEDS = "seeds";

export const createSeedStore = (indexedDb: IDBFactory): SeedStore => {
  const run = async <T>(mode: IDBTransactionMode, act: (seeds: IDBObjectStore) => IDBRequest<T>): Promise<T> => {
    const database = await openDatabase(indexedDb);
    try {
      return await settled(act(database.transaction(SEEDS, mode).objectStore(SEEDS)));
    } finally {
      database.close();
    }
  };
  return {
    // What is in the store was put there by `write` below.
    read: async (personId) =>
      ((await run("readonly", (seeds) => seeds.get(personId))) as StoredSeed | undefined) ?? null,
    write: async (personId, seed) => {
      await run("readwrite", (seeds) => seeds.put(seed, personId));
    },
    remove: async (personId) => {
      await run("readwrite", (seeds) => seeds.delete(personId));
    },
  };
};

const openDatabase = (indexedDb: IDBFactory): Promise<IDBDatabase> => {
  const request = indexedDb.open(DATABASE, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(SEEDS);
  };
  return settled(request);
};

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
