/** One piece of work at a time, in order. */
export interface Queue {
  length(): number;
  add<T>(work: () => Promise<T>): Promise<T>;
}

export const createQueue = (): Queue => {
  let last: Promise<unknown> = Promise.resolve();
  let length = 0;
  return {
    length: () => length,
    add: (work) => {
      length += 1;
      const done = last.then(work).finally(() => {
        length -= 1;
      });
      last = done.catch(() => {});
      return done;
    },
  };
};
