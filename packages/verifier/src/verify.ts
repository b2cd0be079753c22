// The offline verifier (protocol §11): bytes in, verdict with reasons out. It trusts nobody and asks nobody: no
// network, clock, file or database, and nothing that seals or opens. Stage follows stage; the first failure ends it.
import { ok, type Result } from "@underseal/foundation";
import { checkAccounts } from "./accounts.ts";
import { checkArrivals } from "./arrivals.ts";
import { checkBlobs } from "./blobs.ts";
import { checkDevices } from "./devices.ts";
import { checkDraws } from "./draws.ts";
import type { VerificationFailure } from "./failure.ts";
import { checkLog } from "./log.ts";
import { parseBundle } from "./parse.ts";
import { checkRecords } from "./records.ts";
import { checkTerms } from "./terms.ts";
import { describeVerdict, type Verdict } from "./verdict.ts";
import { checkWeek } from "./week.ts";

/**
 * Verifies one week of one contract. Any bytes are an honest answer; it never throws for what is in them. The answer
 * is the same everywhere and for ever: it depends on the bytes alone.
 */
export const verifyBundle = (bytes: Uint8Array): Result<Verdict, VerificationFailure> => {
  const bundle = parseBundle(bytes);
  if (!bundle.ok) return bundle;
  const accounts = checkAccounts(bundle.value);
  if (!accounts.ok) return accounts;
  const terms = checkTerms(bundle.value, accounts.value);
  if (!terms.ok) return terms;
  const devices = checkDevices(bundle.value, accounts.value);
  if (!devices.ok) return devices;
  const chains = checkRecords(bundle.value, { devices: devices.value, terms: terms.value });
  if (!chains.ok) return chains;
  const week = checkWeek(chains.value, bundle.value.week);
  if (!week.ok) return week;
  const arrivals = checkArrivals(chains.value, bundle.value.contract);
  if (!arrivals.ok) return arrivals;
  const log = checkLog(chains.value);
  if (!log.ok) return log;
  const draws = checkDraws(week.value);
  if (!draws.ok) return draws;
  const blobs = checkBlobs(bundle.value, week.value, terms.value);
  if (!blobs.ok) return blobs;
  const sealedFiles = {
    count: bundle.value.blobs.length,
    bytes: bundle.value.blobs.reduce((sum, blob) => sum + blob.bytes.length, 0),
  };
  const { contract } = bundle.value;
  return ok(
    describeVerdict({
      contract,
      chains: chains.value,
      terms: terms.value,
      week: week.value,
      draws: draws.value,
      sealedFiles,
    }),
  );
};
