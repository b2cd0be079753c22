// The device's two secrets, in one private file: the key that signs its records, and the key of the vault that seals
// captures at rest. An operating system's key store takes over the file later.
import { readFile } from "node:fs/promises";
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
import { createFileDurably } from "../platform/durable-file.ts";
import { prepareStateDir, type StateDirError, stateDirUnusable } from "../platform/state-dir.ts";

export interface DeviceKeys {
  readonly deviceId: DeviceId;
  readonly signing: SigningKey;
  readonly vault: SealingKey;
}

export interface DeviceKeysError {
  readonly code: StateDirError["code"] | "DEVICE_KEYS_DAMAGED";
  readonly message: string;
}

const FILE = "device.json";

/** Loads the keys, or makes them on the first start; two that start at the same moment get the same. */
export const loadDeviceKeys = async (stateDir: string, deps: KeyDeps): Promise<Result<DeviceKeys, DeviceKeysError>> => {
  const prepared = await prepareStateDir(stateDir);
  if (!prepared.ok) return prepared;
  const file = path.join(stateDir, FILE);
  try {
    const known = await readFile(file, "utf8").catch((cause) => {
      if (cause.code === "ENOENT") return null;
      throw cause;
    });
    if (known !== null) return parseKeys(known, file);
    await createFileDurably(file, utf8ToBytes(makeKeys(deps)));
    // Another start may have been first: then its keys are ours.
    return parseKeys(await readFile(file, "utf8"), file);
  } catch (cause) {
    return err(stateDirUnusable(stateDir, cause));
  }
};

interface KeyDeps {
  readonly clock: Clock;
  readonly random: Random;
}

const makeKeys = (deps: KeyDeps): string => {
  const [sign, vault] = [deps.random.bytes(32), deps.random.bytes(32)];
  const json = { deviceId: createId<DeviceId>(deps), sign: bytesToBase64Url(sign), vault: bytesToBase64Url(vault) };
  return `${JSON.stringify(json)}\n`;
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
