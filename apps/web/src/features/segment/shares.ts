/** A share for people: whole percents, but never "0 %" for something and never "100 %" for not everything. */
export const percentOf = (count: number, total: number): number => {
  if (total === 0 || count === 0) return 0;
  if (count === total) return 100;
  return Math.min(99, Math.max(1, Math.round((100 * count) / total)));
};
