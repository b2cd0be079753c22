// What the freelancer hid by hand: places and keyed hashes of tiles, in a private file, under a key that is made from the
// vault's, so that the file alone tells nothing.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { bytesToBase64Url, err, hmacSha256, ok, type Result, reveal, utf8ToBytes } from "@underseal/foundation";
import { isRememberedTile, REMEMBERED_TILES_MAX, type RememberedTile, rememberMore } from "@underseal/redaction";
import type { DeviceKeys } from "../keys/device-keys.ts";
import { writeFileDurably } from "../platform/durable-file.ts";
import type { RememberedText } from "../sensors/capture-request.ts";

/** What is there cannot be read: nobody knows what was hidden, so nothing may be shown. */
export interface RememberedError {
  readonly code: "REMEMBERED_DAMAGED";
  readonly message: string;
}

export interface RememberedStore {
  readonly key: string;
  load(): Promise<Result<RememberedText, RememberedError>>;
  /** Throws what the file system throws. */
  add(tiles: readonly RememberedTile[]): Promise<Result<void, RememberedError>>;
  /** Forgets everything that was hidden by hand, also where it cannot be read. */
  clear(): Promise<void>;
}

const FILE = "hidden.json";
const KEY_LABEL = utf8ToBytes("underseal key of remembered tiles 1");

export const createRememberedStore = (stateDir: string, keys: Pick<DeviceKeys, "vault">): RememberedStore => {
  const file = path.join(stateDir, FILE);
  const key = bytesToBase64Url(hmacSha256(utf8ToBytes(reveal(keys.vault.identity)), KEY_LABEL));
  const write = (tiles: readonly RememberedTile[]) => writeFileDurably(file, utf8ToBytes(`${JSON.stringify(tiles)}\n`));
  const load = async (): Promise<Result<RememberedText, RememberedError>> => {
    const tiles = await readTiles(file);
    return tiles.ok ? ok({ key, tiles: tiles.value }) : tiles;
  };
  return {
    key,
    load,
    add: async (more) => {
      const kept = await readTiles(file);
      if (!kept.ok) return kept;
      await write(rememberMore(kept.value, more));
      return ok(undefined);
    },
    clear: () => write([]),
  };
};

const readTiles = async (file: string): Promise<Result<readonly RememberedTile[], RememberedError>> => {
  const damaged = err({
    code: "REMEMBERED_DAMAGED",
    message: `${file} cannot be read: repair it, or forget all of it with underseal track hide --clear`,
  } as const);
  try {
    const tiles: unknown = JSON.parse(await readFile(file, "utf8"));
    const isList = Array.isArray(tiles) && tiles.length <= REMEMBERED_TILES_MAX && tiles.every(isRememberedTile);
    return isList ? ok(tiles) : damaged;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "ENOENT" ? ok([]) : damaged;
  }
};
