// Randomness that comes out the same for the same seed, so that a screen can be made again and a number repeated.

export interface Dice {
  /** A whole number, 0 ≤ n < limit. */
  below(limit: number): number;
  /** A whole number, both ends included. */
  between(min: number, max: number): number;
  pick<T>(from: readonly T[]): T;
  chance(share: number): boolean;
  /** `length` letters of `alphabet`. */
  text(length: number, alphabet: string): string;
  /** Fills `#` with digits and `@` with capital letters; all else stays. */
  pattern(pattern: string): string;
  shuffled<T>(list: readonly T[]): readonly T[];
}

export const DIGITS = "0123456789";
export const CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
export const LETTERS = `${CAPITALS}abcdefghijklmnopqrstuvwxyz`;
export const ALPHANUMERIC = `${LETTERS}${DIGITS}`;

export const createDice = (seed: number): Dice => {
  let state = seed >>> 0;
  // The generator known as mulberry32: 32 bits of state are plenty for pictures.
  const next = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const pick = <T>(from: readonly T[]): T => {
    // The index is below the length, so only an empty list has nothing there.
    if (from.length === 0) throw new Error("there is nothing to pick from");
    return from[below(from.length)] as T;
  };
  const text = (length: number, alphabet: string): string =>
    Array.from({ length }, () => alphabet.charAt(below(alphabet.length))).join("");
  return {
    below,
    between: (min, max) => min + below(max - min + 1),
    pick,
    chance: (share) => next() < share,
    text,
    pattern: (pattern) => pattern.replace(/[#@]/g, (sign) => text(1, sign === "#" ? DIGITS : CAPITALS)),
    shuffled: (list) => {
      const places = list.map((entry) => ({ entry, place: next() }));
      return places.sort((a, b) => a.place - b.place).map(({ entry }) => entry);
    },
  };
};

/** A seed for a part, so that one more page elsewhere leaves this one as it was. */
export const seedOf = (...parts: readonly (string | number)[]): number => {
  let hash = 0x811c_9dc5;
  for (const letter of parts.join("/")) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x0100_0193);
  return hash >>> 0;
};
