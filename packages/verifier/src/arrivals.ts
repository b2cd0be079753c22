import { isSignedBy } from "@underseal/evidence";
import { equalBytes, ok, type Result } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { DeviceChain } from "./records.ts";

/** How far a device's clock may be ahead of the platform's. */
export const CLOCK_TOLERANCE_SECONDS = 300;

/** The platform signed for each record when it arrived, and not before the record says that it was made. */
export const checkArrivals = (chains: readonly DeviceChain[], contract: string): Result<void, VerificationFailure> => {
  for (const { statement, arrival, terms } of chains.flat()) {
    const { body } = arrival;
    const isAbout = body.contract === contract && equalBytes(bytesOf(body.statement), statement.hash);
    if (!isAbout) return refuse("ARRIVAL_MISMATCH", arrival);
    if (!isSignedBy(arrival, [terms.platformKey])) return refuse("ARRIVAL_SIGNATURE_INVALID", arrival);
    if (body.at < statement.body.at - CLOCK_TOLERANCE_SECONDS) return refuse("ARRIVAL_BEFORE_RECORD", statement);
  }
  return ok(undefined);
};
