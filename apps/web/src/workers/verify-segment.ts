// Checks the signed records of one segment from the envelopes alone: accounts → terms → device → records → log.
// Nothing that the server says about them is believed. Pure: no key that opens anything, no network, no clock.
import { readStatement, type Statement } from "@underseal/evidence";
import { bytesToBase64Url, err, ok, type Result } from "@underseal/foundation";
import { type Fault, fault } from "./checks.ts";
import type { LogKey } from "./log-key.ts";
import type { Memory } from "./memory.ts";
import { checkDraws, type DrawnBy } from "./verify-draws.ts";
import { checkParties } from "./verify-parties.ts";
import { checkLogged, checkRecords, type LoggedRecord, type SegmentRecords } from "./verify-records.ts";

/** As the API answers it; every envelope is hostile input until it was checked here. */
export interface SegmentEvidence {
  readonly terms: unknown;
  readonly accounts: readonly unknown[];
  readonly devices: readonly unknown[];
  readonly records: readonly LoggedRecord[];
  /** What the page shows of the ten minutes: the server's sums, until they were compared with the signed records. */
  readonly segment: { readonly minutes: number; readonly activity: number };
}

/** What the reader knows without the server: which address was opened, and their own public key. */
export interface Expectation {
  readonly contractId: string;
  readonly slot: number;
  /** The reader's own public signing key, base64url. */
  readonly readerSign: string;
}

export interface VerifiedSegment extends SegmentRecords {
  readonly terms: Statement<"terms">;
  readonly areAccountsAnnounced: boolean;
  readonly drawnBy: DrawnBy;
  readonly logKey: LogKey;
}

/** All signed facts about the segment, or the first fault. */
export const verifySegment = (
  evidence: SegmentEvidence,
  expected: Expectation,
  memory: Memory,
): Result<VerifiedSegment, Fault> => {
  const terms = checkTerms(evidence, expected);
  if (!terms.ok) return terms;
  const { accounts, devices } = evidence;
  const parties = memory.parties(JSON.stringify([evidence.terms, accounts, devices]), () =>
    checkParties(evidence, terms.value),
  );
  if (!parties.ok) return parties;
  const scope = {
    contractId: expected.contractId,
    slot: expected.slot,
    terms: terms.value.body,
    termsHash: bytesToBase64Url(terms.value.hash),
    devices: parties.value.devices,
    memory,
  };
  const records = checkRecords(evidence.records, scope);
  if (!records.ok) return records;
  const drawn = checkDraws(records.value, terms.value.body, memory);
  if (!drawn.ok) return drawn;
  const summed = checkSummary(evidence, records.value);
  if (!summed.ok) return summed;
  const logged = checkLogged(evidence.records, terms.value.body, memory);
  if (!logged.ok) return logged;
  return ok({
    ...records.value,
    terms: terms.value,
    areAccountsAnnounced: parties.value.areAnnounced,
    drawnBy: drawn.value,
    logKey: logged.value,
  });
};

/** A run that stopped and one that started may share the ten minutes: their minutes add up. */
const checkSummary = ({ segment }: SegmentEvidence, { segments }: SegmentRecords): Result<void, Fault> => {
  const minutes = segments.reduce((sum, { body }) => sum + body.minutes, 0);
  const activity = Math.max(...segments.map(({ body }) => body.activity));
  return segment.minutes === minutes && segment.activity === activity
    ? ok(undefined)
    : err(fault("summary", "SUMMARY", "the minutes or the activity shown are not those that the tracker signed"));
};

const checkTerms = (evidence: SegmentEvidence, expected: Expectation): Result<Statement<"terms">, Fault> => {
  const terms = readStatement(evidence.terms, "terms");
  if (!terms.ok) return err(fault("terms", "TERMS", terms.error.detail));
  const { contract, client, freelancer } = terms.value.body;
  if (contract !== expected.contractId) return err(fault("terms", "TERMS", "these are the terms of another contract"));
  if (client.sign !== expected.readerSign && freelancer.sign !== expected.readerSign) {
    return err(fault("terms", "TERMS", "the terms do not name your own key"));
  }
  return ok(terms.value);
};
