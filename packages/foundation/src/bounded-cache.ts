/** Answers already worked out, the least recently asked for dropped first. Only for what the key decides alone. */
export interface BoundedCache<Value> {
  readonly get: (key: Uint8Array, make: () => Value) => Value;
}

export const createBoundedCache = <Value>(entriesMax: number): BoundedCache<Value> => {
  // A Map remembers the order in which its keys were set.
  const values = new Map<string, Value>();
  return {
    get: (bytes, make) => {
      const key = String.fromCharCode(...bytes);
      const known = values.get(key);
      const value = known ?? make();
      if (known !== undefined) values.delete(key);
      values.set(key, value);
      if (values.size > entriesMax) dropFirst(values);
      return value;
    },
  };
};

const dropFirst = (values: Map<string, unknown>): void => {
  for (const key of values.keys()) {
    values.delete(key);
    return;
  }
};
