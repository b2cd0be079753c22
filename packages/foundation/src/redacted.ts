// Keys and content travel as `Redacted<T>`: printing, logging or serialising one shows `<redacted>`. Reading the
// value takes `reveal`, one word to search for when somebody asks where secrets are used.

const values = new WeakMap<Redacted<unknown>, unknown>();

export interface Redacted<T> {
  readonly _redacted: () => T;
  toString(): string;
  toJSON(): string;
}

const prototype = {
  toString: () => "<redacted>",
  toJSON: () => "<redacted>",
  [Symbol.for("nodejs.util.inspect.custom")]: () => "<redacted>",
};

export const redact = <T>(value: T): Redacted<T> => {
  // The object carries no field at all, so nothing that walks objects can find the value.
  const redacted = Object.freeze(Object.create(prototype)) as Redacted<T>;
  values.set(redacted, value);
  return redacted;
};

export const reveal = <T>(redacted: Redacted<T>): T => {
  if (!values.has(redacted)) throw new Error("broken assumption: not a redacted value");
  // Only `redact` writes the map, with a value of the type that its key carries.
  return values.get(redacted) as T;
};
