/** What was read before and cannot change: the newest `max` values, so that memory has a limit. */
export interface Recent<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
}

export const createRecent = <Value>(max: number): Recent<Value> => {
  // A Map keeps the order in which keys came.
  const values = new Map<string, Value>();
  return {
    get: (key) => values.get(key),
    set: (key, value) => {
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > max && oldest !== undefined) values.delete(oldest);
    },
  };
};
