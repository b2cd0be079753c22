// Edit distances: how many letters must be changed, added or taken away.

export interface TextSpan {
  readonly start: number;
  readonly end: number;
  readonly distance: number;
}

/** Every end so that `text` from `start` to there is at most `max` edits away from `term`, nearest first. */
export const spansFrom = (term: string, text: string, start: number, max: number): readonly TextSpan[] => {
  const width = Math.min(text.length - start, term.length + max);
  let row = Array.from({ length: width + 1 }, (_, at) => at);
  for (let i = 1; i <= term.length; i += 1) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= width; j += 1) {
      const isSame = term.charCodeAt(i - 1) === text.charCodeAt(start + j - 1);
      const cost = isSame ? at(row, j - 1) : 1 + Math.min(at(row, j - 1), at(row, j), at(next, j - 1));
      next.push(cost);
      if (cost < least) least = cost;
    }
    if (least > max) return [];
    row = next;
  }
  return row
    .map((distance, length) => ({ start, end: start + length, distance }))
    .filter((span) => span.distance <= max && span.end > start)
    .sort((a, b) => a.distance - b.distance);
};

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;

/** The part of `text` between `from` and `to` that is nearest to `term`. */
export const nearestSpan = (term: string, text: string, { from, to }: { from: number; to: number }): TextSpan => {
  let costs = Array.from({ length: to - from + 1 }, () => 0);
  let starts = costs.map((_, index) => from + index);
  for (let i = 1; i <= term.length; i += 1) {
    const nextCosts = [i];
    const nextStarts = [from];
    for (let j = 1; j < costs.length; j += 1) {
      const change = at(costs, j - 1) + (term.charCodeAt(i - 1) === text.charCodeAt(from + j - 1) ? 0 : 1);
      const loss = at(costs, j) + 1;
      const gain = at(nextCosts, j - 1) + 1;
      const cost = Math.min(change, loss, gain);
      nextCosts.push(cost);
      nextStarts.push(
        at(
          cost === change ? starts : cost === loss ? starts : nextStarts,
          cost === loss && cost !== change ? j : j - 1,
        ),
      );
    }
    costs = nextCosts;
    starts = nextStarts;
  }
  const distance = Math.min(...costs);
  const best = costs.indexOf(distance);
  return { start: at(starts, best), end: from + best, distance };
};
