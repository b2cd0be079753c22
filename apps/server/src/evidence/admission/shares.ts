// How much of a queue one sender may fill, so that nobody's flood keeps out everybody else.

export interface Shares {
  /** False where the sender has its share already. */
  take(sender: string): boolean;
  giveBack(sender: string): void;
}

export const createShares = (max: number): Shares => {
  const taken = new Map<string, number>();
  return {
    take: (sender) => {
      const before = taken.get(sender) ?? 0;
      if (before >= max) return false;
      taken.set(sender, before + 1);
      return true;
    },
    giveBack: (sender) => {
      const left = (taken.get(sender) ?? 0) - 1;
      if (left > 0) taken.set(sender, left);
      else taken.delete(sender);
    },
  };
};
