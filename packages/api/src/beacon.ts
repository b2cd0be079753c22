import { z } from "zod";

// The beacon's rounds as drand publishes them (HTTP JSON), so that its clients can read ours and ours can read theirs.

/** Answers `NOT_FOUND` for a round that is not published yet. */
export const beaconPaths = {
  info: "/beacon/info",
  latest: "/beacon/public/latest",
  round: (round: number): string => `/beacon/public/${round}`,
} as const;

const hexadecimal = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

export const beaconRoundSchema = z.object({
  round: z.int().min(1),
  randomness: hexadecimal(32),
  signature: hexadecimal(48),
});

export type BeaconRoundAnswer = z.infer<typeof beaconRoundSchema>;

export const beaconInfoSchema = z.object({
  public_key: hexadecimal(96),
  period: z.int().min(1),
  genesis_time: z.int().min(0),
  schemeID: z.literal("bls-unchained-g1-rfc9380"),
});
