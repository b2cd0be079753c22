import { createHash } from "node:crypto";
import { assert } from "@underseal/foundation";

// What a command id stands for. The inputs are written in one spelling (keys sorted, amounts as decimal text) and
// hashed, so that the same id with other inputs is recognised. The text is never stored or parsed again: changing
// this spelling would make replays of old commands look like misuse, so it does not change.

export type CommandInputs = Readonly<Record<string, string | number | bigint | boolean | null>>;

const spell = (value: CommandInputs[string]): string => {
  if (typeof value === "bigint") return `n${value}`;
  assert(typeof value !== "number" || Number.isSafeInteger(value), "numbers in command inputs are whole");
  return JSON.stringify(value);
};

/** SHA-256 of the command's name and its inputs in canonical order. */
export const hashInputs = (name: string, inputs: CommandInputs): Uint8Array => {
  const fields = Object.keys(inputs)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${spell(inputs[key] ?? null)}`);
  return createHash("sha256")
    .update(`underseal/command/1\0${name}\0{${fields.join(",")}}`)
    .digest();
};

/**
 * An id that follows from what it is for (a UUIDv8, RFC 9562): a step of our own that is done again after a crash
 * makes the same id, and so meets what it did before.
 */
export const derivedId = (...parts: readonly string[]): string => {
  const hash = createHash("sha256")
    .update(`underseal/id/1\0${JSON.stringify(parts)}`)
    .digest();
  hash.writeUInt8((hash.readUInt8(6) & 0x0f) | 0x80, 6);
  hash.writeUInt8((hash.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = hash.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join("-");
};
