// The device's two secrets, in one private file: the key that signs its records, and the key of the vault that seals
// captures at rest. An operating system's key store takes over the file later.
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type SealingKey, type SigningKey, sealingKeyOf, signingKeyOf } from "@underseal/evidence";
import {
  base64UrlToBytes,
  bytesToBase64Url,
  type Clock,
  createId,
  type DeviceId,
  err,
  isUuid,
  ok,
  type Random,
  type Result,
  utf8ToBytes,
} from "@underseal/foundation";
import { writeFileDurably } from "../platform/durable-file.ts";

export interface DeviceKeys {
  readonly deviceId: DeviceId;
  readonly signing: SigningKey;
  readonly vault: SealingKey;
}

export interface DeviceKeysError {
  readonly code: "STATE_DIR_UNUSABLE" | "DEVICE_KEYS_DAMAGED";
  readonly message: string;
}

const PRIVATE_DIR = 0o700;
const FILE = "device.json";

/** Loads the keys, or makes them on the first start. */
export const loadDeviceKeys = async (
  stateDir: string,
  deps: { readonly clock: Clock; readonly random: Random },
): Promise<Result<DeviceKeys, DeviceKeysError>> => {
  const file = path.join(stateDir, FILE);
  try {
    await mkdir(stateDir, { recursive: true, mode: PRIVATE_DIR });
    const text = await readFile(file, "utf8").catch((cause) => {
      if (cause.code === "ENOENT") return null;
      throw cause;
    });
    if (text !== null) return parseKeys(text, file);
    const deviceId = createId<DeviceId>(deps);
    const [sign, vault] = [deps.random.bytes(32), deps.random.bytes(32)];
    const json = { deviceId, sign: bytesToBase64Url(sign), vault: bytesToBase64Url(vault) };
    await writeFileDurably(file, utf8ToBytes(`${JSON.stringify(json)}\n`));
    return ok({ deviceId, signing: signingKeyOf(sign), vault: sealingKeyOf(vault) });
  } catch (cause) {
    return err(stateDirUnusable(stateDir, cause));
  }
};

/** For what the file system threw about the state directory or something in it. */
export const stateDirUnusable = (stateDir: string, cause: unknown): DeviceKeysError => {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
  const remedy =
    reason === "ENOSPC"
      ? "free some disk space"
      : "make it a directory that you may write, or set UNDERSEAL_TRACKER_DIR to one";
  return { code: "STATE_DIR_UNUSABLE", message: `cannot use ${stateDir} (${reason}): ${remedy}` };
};

const parseKeys = (text: string, file: string): Result<DeviceKeys, DeviceKeysError> => {
  const damaged = err({
    code: "DEVICE_KEYS_DAMAGED",
    message: `${file} is damaged: restore it from a backup, or move it away and enrol this device again`,
  } as const);
  try {
    const { deviceId, sign, vault } = JSON.parse(text);
    const signBytes = base64UrlToBytes(String(sign));
    const vaultBytes = base64UrlToBytes(String(vault));
    if (!isUuid(String(deviceId)) || signBytes?.length !== 32 || vaultBytes?.length !== 32) return damaged;
    return ok({ deviceId, signing: signingKeyOf(signBytes), vault: sealingKeyOf(vaultBytes) });
  } catch {
    return damaged;
  }
};
