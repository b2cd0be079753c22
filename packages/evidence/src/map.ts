// What the client gets to see of a capture, leaf by leaf: two bits each, committed to by `mapC` in the disclosure.
import { assert } from "@underseal/foundation";

export const leafStates = { visible: 0, redacted: 1, masked: 2, padding: 3 } as const;

export type LeafState = (typeof leafStates)[keyof typeof leafStates];

/** Four leaves a byte, the first in the high bits. */
export const encodeMap = (states: readonly LeafState[]): Uint8Array => {
  assert(states.length % 4 === 0, "a tree has a multiple of four leaves");
  const bytes = new Uint8Array(states.length / 4);
  states.forEach((state, i) => {
    bytes[i >> 2] = (bytes[i >> 2] ?? 0) | (state << (6 - 2 * (i & 3)));
  });
  return bytes;
};

/** `null` where the bytes are not a map of `size` leaves. */
export const decodeMap = (bytes: Uint8Array, size: number): LeafState[] | null => {
  if (bytes.length * 4 !== size) return null;
  // Two bits have exactly the four values of the union.
  return Array.from({ length: size }, (_, i) => (((bytes[i >> 2] ?? 0) >> (6 - 2 * (i & 3))) & 3) as LeafState);
};

/** A leaf whose salt the client gets: visible ones to see them, masked ones to see that they are empty. */
export const isOpened = (state: LeafState): boolean => state === leafStates.visible || state === leafStates.masked;
