import { bytesToHex } from "./bytes.ts";
import type { Random } from "./random.ts";
import type { Clock } from "./time.ts";

declare const brand: unique symbol;

/** A string or number that cannot be confused with another of the same base type. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

export type PersonId = Brand<string, "PersonId">;
export type ContractId = Brand<string, "ContractId">;
export type DeviceId = Brand<string, "DeviceId">;

/**
 * A UUIDv7 (RFC 9562): 48 bits of wall time, then random bits. Made by whoever issues the command, so that a
 * retry carries the same id; sorted by time, so that indexes grow at one end.
 */
export const createId = <Id extends string>(deps: { clock: Clock; random: Random }): Id => {
  const bytes = deps.random.bytes(16);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const millis = Math.floor(deps.clock.now());
  view.setUint32(0, Math.floor(millis / 0x10000));
  view.setUint16(4, millis % 0x10000);
  view.setUint8(6, (view.getUint8(6) & 0x0f) | 0x70);
  view.setUint8(8, (view.getUint8(8) & 0x3f) | 0x80);
  const hex = bytesToHex(bytes);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  // The caller names which kind of id it makes; all kinds share this form.
  return parts.join("-") as Id;
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isUuid = (text: string): boolean => UUID.test(text);
