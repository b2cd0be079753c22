// Shares are told to the platform in coarse steps only: an exact count would describe the screen.

export const BUCKETS_PERMILLE = [0, 10, 25, 50, 100, 200, 300, 500, 1000] as const;

export type Bucket = (typeof BUCKETS_PERMILLE)[number];

/** `count / total` in permille, rounded up to the next bucket. */
export const bucketOf = (count: number, total: number): Bucket =>
  BUCKETS_PERMILLE.find((permille) => count * 1000 <= permille * total) ?? 1000;
