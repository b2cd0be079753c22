// The offline verifier (protocol §11): bytes in, verdict with reasons out. It trusts nobody and asks nobody: no
// network, clock, file or database, and nothing that seals or opens. Stage follows stage; the first failure ends it.
import { ok, type Result } from "@underseal/foundation";
import { checkAccounts } from "./accounts.ts";
import { checkAcknowledgements } from "./acknowledgements.ts";
import { checkArrivals } from "./arrivals.ts";
import { checkBlobs } from "./blobs.ts";
import { checkConflicts } from "./conflicts.ts";
import { checkCosts } from "./costs.ts";
import { describeVerdict } from "./describe-verdict.ts";
import { checkDevices } from "./devices.ts";
import { checkDraws, type DrawOptions } from "./draws.ts";
import type { VerificationFailure } from "./failure.ts";
import type { VerificationStage } from "./failure-entry.ts";
import { checkLog } from "./log.ts";
import { parseBundle } from "./parse.ts";
import { checkRecords } from "./records.ts";
import { checkNotRevoked, checkRevocations } from "./revocations.ts";
import { checkTerms } from "./terms.ts";
import type { Verdict } from "./verdict.ts";
import { checkWeek } from "./week.ts";
import { checkWeekStatement } from "./week-statement.ts";

export interface VerifyOptions extends DrawOptions {
  /** Told each stage as it begins: a large week takes seconds, and people want to see that something happens. */
  readonly onStage?: (stage: VerificationStage) => void;
}

/**
 * Verifies one week of one contract. Any bytes are an honest answer; it never throws for what is in them. The answer
 * is the same everywhere and for ever: it depends on the bytes and the options alone.
 */
export const verifyBundle = (
  bytes: Uint8Array,
  options: VerifyOptions = { everyRound: false },
): Result<Verdict, VerificationFailure> => {
  const begin = options.onStage ?? (() => {});
  begin("parse");
  const bundle = parseBundle(bytes);
  if (!bundle.ok) return bundle;
  const bounded = checkCosts(bundle.value);
  if (!bounded.ok) return bounded;
  begin("accounts");
  const accounts = checkAccounts(bundle.value);
  if (!accounts.ok) return accounts;
  begin("terms");
  const terms = checkTerms(bundle.value, accounts.value);
  if (!terms.ok) return terms;
  begin("devices");
  const devices = checkDevices(bundle.value, accounts.value);
  if (!devices.ok) return devices;
  const revocations = checkRevocations(bundle.value, { accounts: accounts.value, devices: devices.value });
  if (!revocations.ok) return revocations;
  begin("records");
  const chains = checkRecords(bundle.value, { devices: devices.value, terms: terms.value });
  if (!chains.ok) return chains;
  const week = checkWeek(chains.value, bundle.value.week);
  if (!week.ok) return week;
  const conflicts = checkConflicts(bundle.value, { chains: chains.value, devices: devices.value });
  if (!conflicts.ok) return conflicts;
  begin("arrivals");
  const arrivals = checkArrivals(chains.value, bundle.value.contract);
  if (!arrivals.ok) return arrivals;
  const revoked = checkNotRevoked(chains.value, revocations.value);
  if (!revoked.ok) return revoked;
  begin("log");
  const logged = checkLog(bundle.value, { chains: chains.value, terms: terms.value });
  if (!logged.ok) return logged;
  begin("draws");
  const draws = checkDraws(bundle.value, week.value, options);
  if (!draws.ok) return draws;
  begin("statements");
  const acknowledged = checkAcknowledgements(bundle.value, { chains: chains.value, terms: terms.value });
  if (!acknowledged.ok) return acknowledged;
  const weekSigner = checkWeekStatement(bundle.value, week.value, terms.value);
  if (!weekSigner.ok) return weekSigner;
  begin("blobs");
  const blobs = checkBlobs(bundle.value, week.value, terms.value);
  if (!blobs.ok) return blobs;
  return ok(
    describeVerdict({
      bundle: bundle.value,
      chains: chains.value,
      terms: terms.value,
      week: week.value,
      draws: draws.value,
      logged: logged.value,
      acknowledged: acknowledged.value,
      weekSigner: weekSigner.value,
      conflicts: conflicts.value,
      revokedDevices: revocations.value.size,
    }),
  );
};
