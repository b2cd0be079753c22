/**
 * Runs one piece of work after the other. `null` where too many are waiting already. Whoever brings what is waiting or
 * running under the same name shares its answer: who repeats one submission takes one place.
 */
export type Turns<T> = (name: string, work: () => Promise<T>) => Promise<T> | null;

export const createTurns = <T>(waitingMax: number): Turns<T> => {
  let last: Promise<unknown> = Promise.resolve();
  const waiting = new Map<string, Promise<T>>();
  return (name, work) => {
    const same = waiting.get(name);
    if (same !== undefined) return same;
    if (waiting.size >= waitingMax) return null;
    const turn = last.then(work).finally(() => waiting.delete(name));
    waiting.set(name, turn);
    // Whoever comes next does not care how this one went.
    last = turn.catch(() => {});
    return turn;
  };
};
