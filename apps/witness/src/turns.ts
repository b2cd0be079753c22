/** Runs one piece of work after the other. `null` where too many are waiting already. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T> | null;

export const createTurns = (waitingMax: number): Turns => {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return (work) => {
    if (waiting >= waitingMax) return null;
    waiting += 1;
    const turn = last.then(work).finally(() => {
      waiting -= 1;
    });
    // Whoever comes next does not care how this one went.
    last = turn.catch(() => {});
    return turn;
  };
};
