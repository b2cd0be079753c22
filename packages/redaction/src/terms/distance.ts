// Edit distances: how many letters must be changed, added or taken away.

export interface TextSpan {
  readonly start: number;
  readonly end: number;
  readonly distance: number;
}

/**
 * Every end so that `text` from `start` to there is at most `max` edits away from `term`, nearest first. Only the band
 * of the table is filled in which so few edits are possible.
 */
export const spansFrom = (term: string, text: string, start: number, max: number): readonly TextSpan[] => {
  const width = Math.min(text.length - start, term.length + max);
  if (width < term.length - max) return [];
  let row = Int32Array.from({ length: width + 1 }, (_, length) => length);
  let next = new Int32Array(width + 1);
  for (let i = 1; i <= term.length; i += 1) {
    next.fill(max + 1);
    if (i <= max) next[0] = i;
    let least = i <= max ? i : max + 1;
    for (let j = Math.max(1, i - max); j <= Math.min(width, i + max); j += 1) {
      const isSame = term.charCodeAt(i - 1) === text.charCodeAt(start + j - 1);
      const cost = isSame ? at(row, j - 1) : 1 + Math.min(at(row, j - 1), at(row, j), at(next, j - 1));
      next[j] = cost;
      if (cost < least) least = cost;
    }
    if (least > max) return [];
    [row, next] = [next, row];
  }
  return Array.from(row)
    .map((distance, length) => ({ start, end: start + length, distance }))
    .filter((span) => span.distance <= max && span.end > start)
    .sort((a, b) => a.distance - b.distance);
};

const at = (row: Int32Array, index: number): number => row[index] ?? Number.POSITIVE_INFINITY;

/** The part of `text` between `from` and `to` that is nearest to `term`. */
export const nearestSpan = (term: string, text: string, { from, to }: { from: number; to: number }): TextSpan => {
  const width = to - from + 1;
  let [costs, nextCosts] = [new Int32Array(width), new Int32Array(width)];
  let [starts, nextStarts] = [Int32Array.from({ length: width }, (_, index) => from + index), new Int32Array(width)];
  for (let i = 1; i <= term.length; i += 1) {
    nextCosts[0] = i;
    nextStarts[0] = from;
    for (let j = 1; j < width; j += 1) {
      const change = at(costs, j - 1) + (term.charCodeAt(i - 1) === text.charCodeAt(from + j - 1) ? 0 : 1);
      const loss = at(costs, j) + 1;
      const gain = at(nextCosts, j - 1) + 1;
      const cost = Math.min(change, loss, gain);
      nextCosts[j] = cost;
      if (cost === change) nextStarts[j] = at(starts, j - 1);
      else nextStarts[j] = cost === loss ? at(starts, j) : at(nextStarts, j - 1);
    }
    [costs, nextCosts] = [nextCosts, costs];
    [starts, nextStarts] = [nextStarts, starts];
  }
  const distance = costs.reduce((least, cost) => Math.min(least, cost));
  const best = costs.indexOf(distance);
  return { start: at(starts, best), end: from + best, distance };
};
