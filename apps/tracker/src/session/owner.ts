// Whose device this is, learned once. The server cannot be asked each time: it could name a person of its own making,
// with terms that both of "their" keys signed, and everything would be sealed to it.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { type Envelope, readStatement } from "@underseal/evidence";
import { bytesToBase64Url, err, ok, type Result, utf8ToBytes } from "@underseal/foundation";
import type { DeviceKeys } from "../keys/device-keys.ts";
import { writeFileDurably } from "../platform/durable-file.ts";

export interface Owner {
  readonly person: string;
  /** Of the account key that certified this device: 128 bits of its hash. */
  readonly keyId: string;
}

export type OwnDevice = Pick<DeviceKeys, "deviceId" | "signing">;

const FILE = "owner.json";

/** The owner as it was first learned; `null` before that. */
export const readOwner = async (stateDir: string): Promise<Owner | null> => {
  const text = await readFile(path.join(stateDir, FILE), "utf8").catch((cause) => {
    // A file that is there and cannot be read must not make the device believe the next answer.
    if (cause.code === "ENOENT") return null;
    throw cause;
  });
  return text === null ? null : JSON.parse(text);
};

/**
 * Learns the owner from the first certificate for this device's key, and from then on compares: one account has one
 * generation of keys, so another signer is another owner. Answers why a certificate is not believed.
 */
export const confirmOwner = async (
  stateDir: string,
  certificate: Envelope,
  device: OwnDevice,
): Promise<Result<Owner, string>> => {
  const shown = ownerIn(certificate, device);
  if (shown === null) return err("the server shows a certificate that is not this device's");
  const known = await readOwner(stateDir);
  if (known === null) {
    await writeFileDurably(path.join(stateDir, FILE), utf8ToBytes(JSON.stringify(shown)));
    return ok(shown);
  }
  return known.person === shown.person && known.keyId === shown.keyId
    ? ok(known)
    : err("the server names another owner of this device than it did at first; ask whoever runs it");
};

/** What the certificate says. Whether the key it names really signed it shows in the terms, which name the key whole. */
const ownerIn = (certificate: Envelope, { deviceId, signing }: OwnDevice): Owner | null => {
  const read = readStatement(certificate, "device");
  if (!read.ok) return null;
  const { body, signatures } = read.value;
  const [signature, second] = signatures;
  if (signature === undefined || second !== undefined) return null;
  const isOurs = body.device === deviceId && body.sign === bytesToBase64Url(signing.publicKey);
  return isOurs ? { person: body.person, keyId: signature.keyid } : null;
};
