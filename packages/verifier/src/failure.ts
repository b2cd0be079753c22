// Why a bundle was refused. The list is closed and each entry says where the check stands, what is wrong and what to
// do, so that no failure can reach a person without a sentence.
import { bytesToBase64Url, err, type Result } from "@underseal/foundation";

/** In the order in which they are checked; each relies on those before it. */
export const verificationStages = [
  "parse",
  "accounts",
  "terms",
  "devices",
  "records",
  "arrivals",
  "log",
  "draws",
  "blobs",
] as const;

export type VerificationStage = (typeof verificationStages)[number];

interface Entry {
  readonly stage: VerificationStage;
  readonly sentence: string;
  readonly remedy: string;
}

const EXPORT_AGAIN = "Export the week again; if it fails again, show this message to the platform.";
const ALTERED = "The file was altered or made wrongly: do not rely on it, and export the week again from the platform.";
const ASK_PLATFORM = "Ask the platform for a correct export, and keep this file: it shows what you were given.";
const ASK_FREELANCER = "Ask the freelancer to explain this record, and keep this file as it is.";

const FAILURES = {
  BUNDLE_TOO_LARGE: {
    stage: "parse",
    sentence: "The file is larger than a bundle may be (512 MiB).",
    remedy: EXPORT_AGAIN,
  },
  BUNDLE_NOT_CANONICAL: {
    stage: "parse",
    sentence: "The file is not canonical JSON, so it is not a bundle as it was exported.",
    remedy: "Check that this is the exported file itself, not one that an editor or a mail program has rewritten.",
  },
  BUNDLE_MALFORMED: {
    stage: "parse",
    sentence: "The file is not a bundle of the form underseal-bundle/1.",
    remedy: "Check that you chose the right file; a newer kind of bundle needs a newer verifier.",
  },
  BUNDLE_EMPTY: {
    stage: "parse",
    sentence: "The bundle holds no record, so there is nothing to verify.",
    remedy: "Export a week in which work was recorded.",
  },
  WEEK_INVALID: {
    stage: "parse",
    sentence: "The bundle's week does not begin on a Monday at 00:00 UTC.",
    remedy: ALTERED,
  },
  STATEMENT_MALFORMED: {
    stage: "parse",
    sentence: "A signed statement in the bundle is not of the documented form.",
    remedy: ALTERED,
  },
  ACCOUNT_SIGNATURE_INVALID: {
    stage: "accounts",
    sentence: "An account statement is not signed by the key that it announces.",
    remedy: ALTERED,
  },
  ACCOUNT_REPEATED: {
    stage: "accounts",
    sentence: "Two account statements claim the same person and generation.",
    remedy: ASK_PLATFORM,
  },
  ACCOUNT_UNUSED: {
    stage: "accounts",
    sentence: "The bundle holds an account statement that neither the terms nor a device refers to.",
    remedy: ASK_PLATFORM,
  },
  TERMS_CONTRACT_MISMATCH: {
    stage: "terms",
    sentence: "A version of the terms belongs to another contract than the bundle.",
    remedy: ALTERED,
  },
  TERMS_PARTY_UNKNOWN: {
    stage: "terms",
    sentence: "The terms name a party whose account statement is missing or names other keys.",
    remedy: "Do not rely on this file: the keys in the terms may have been exchanged. Ask the other party for theirs.",
  },
  TERMS_PARTIES_CHANGED: {
    stage: "terms",
    sentence: "Two versions of the terms are between different people.",
    remedy: ASK_PLATFORM,
  },
  TERMS_SIGNATURE_INVALID: {
    stage: "terms",
    sentence: "A version of the terms is not signed by the client and then the freelancer.",
    remedy: "Do not rely on this file: these terms were not agreed by both. Compare them with your own copy.",
  },
  TERMS_CHAIN_BROKEN: {
    stage: "terms",
    sentence: "The versions of the terms are out of order, or one does not name the version before it.",
    remedy: ASK_PLATFORM,
  },
  TERMS_KEYS_INVALID: {
    stage: "terms",
    sentence: "The terms name a log key or a platform key that is not sound.",
    remedy: "Agree on new terms with the platform's current keys.",
  },
  TERMS_UNUSED: {
    stage: "terms",
    sentence: "The bundle holds a version of the terms that no record names.",
    remedy: ASK_PLATFORM,
  },
  DEVICE_REPEATED: {
    stage: "devices",
    sentence: "Two certificates claim the same device.",
    remedy: ASK_PLATFORM,
  },
  DEVICE_OWNER_UNKNOWN: {
    stage: "devices",
    sentence: "A device certificate is not of the freelancer named in the terms.",
    remedy: ASK_FREELANCER,
  },
  DEVICE_SIGNATURE_INVALID: {
    stage: "devices",
    sentence: "A device certificate is not signed by its owner's account key.",
    remedy: ALTERED,
  },
  DEVICE_KEY_INVALID: {
    stage: "devices",
    sentence: "A device certificate names a key that is not sound, or a validity that ends before it begins.",
    remedy: ASK_FREELANCER,
  },
  DEVICE_UNUSED: {
    stage: "devices",
    sentence: "The bundle holds a certificate of a device that made no record in it.",
    remedy: ASK_PLATFORM,
  },
  RECORD_CONTRACT_MISMATCH: {
    stage: "records",
    sentence: "A record belongs to another contract than the bundle.",
    remedy: ALTERED,
  },
  RECORD_TERMS_UNKNOWN: {
    stage: "records",
    sentence: "A record was made under terms that are not in the bundle.",
    remedy: ASK_PLATFORM,
  },
  RECORD_TERMS_NOT_IN_FORCE: {
    stage: "records",
    sentence: "A record was made under terms that were not in force at its time.",
    remedy: ASK_FREELANCER,
  },
  RECORD_DEVICE_UNKNOWN: {
    stage: "records",
    sentence: "A record was made by a device whose certificate is not in the bundle.",
    remedy: ASK_PLATFORM,
  },
  RECORD_OUTSIDE_VALIDITY: {
    stage: "records",
    sentence: "A record was made when its device's certificate was not valid.",
    remedy: ASK_FREELANCER,
  },
  RECORD_SIGNATURE_INVALID: {
    stage: "records",
    sentence: "A record is not signed by its device's key.",
    remedy: ALTERED,
  },
  RECORD_CHAIN_BROKEN: {
    stage: "records",
    sentence: "A device's records do not follow one another: one is missing, repeated or out of order.",
    remedy: "Ask the platform for the missing records; a gap can hide something that both sides should see.",
  },
  RECORD_WITHOUT_RUN: {
    stage: "records",
    sentence: "A capture or segment does not belong to a run that was started.",
    remedy: ASK_FREELANCER,
  },
  RECORD_OUTSIDE_WEEK: {
    stage: "records",
    sentence: "A device's records begin or end with one that does not belong to the bundle's week.",
    remedy: ASK_PLATFORM,
  },
  CAPTURE_ROUND_REPEATED: {
    stage: "records",
    sentence: "Two captures of one run claim the same moment.",
    remedy: ASK_FREELANCER,
  },
  SEGMENT_CAPTURE_UNKNOWN: {
    stage: "records",
    sentence: "A segment refers to a capture that its run does not have, or that another segment has already listed.",
    remedy: ASK_FREELANCER,
  },
  SEGMENT_CAPTURE_MISPLACED: {
    stage: "records",
    sentence: "A segment lists a capture that was drawn at another time.",
    remedy: ASK_FREELANCER,
  },
  SEGMENT_MINUTES_EXCEEDED: {
    stage: "records",
    sentence: "The segments of one ten-minute slot add up to more than ten minutes.",
    remedy: "Do not pay this slot before it is explained: time is counted twice.",
  },
  SEGMENT_MANUAL_FORBIDDEN: {
    stage: "records",
    sentence: "A segment was entered by hand although the terms do not allow that, or claims pictures or a run.",
    remedy: ASK_FREELANCER,
  },
  DISCLOSURE_CAPTURE_UNKNOWN: {
    stage: "records",
    sentence: "A disclosure refers to a capture that its device never recorded.",
    remedy: ASK_FREELANCER,
  },
  DISCLOSURE_VERSION_BROKEN: {
    stage: "records",
    sentence: "The disclosures of a capture are not numbered 0, 1, 2 and so on.",
    remedy: ASK_FREELANCER,
  },
  DISCLOSURE_REVEALS_MORE: {
    stage: "records",
    sentence: "A disclosure was replaced by one that hides less.",
    remedy: ASK_FREELANCER,
  },
  ARRIVAL_MISMATCH: {
    stage: "arrivals",
    sentence: "An arrival statement is about another record than the one it stands beside.",
    remedy: ALTERED,
  },
  ARRIVAL_SIGNATURE_INVALID: {
    stage: "arrivals",
    sentence: "An arrival statement is not signed by the platform key that the terms name.",
    remedy: ALTERED,
  },
  ARRIVAL_BEFORE_RECORD: {
    stage: "arrivals",
    sentence: "A record arrived before it was made, by more than clocks may differ.",
    remedy: "The device's clock was wrong, or the record claims another time than its own: ask the freelancer.",
  },
  LOG_PROOF_INVALID: {
    stage: "log",
    sentence: "A record is not proven to be in the log that the terms name.",
    remedy: ASK_PLATFORM,
  },
  LOG_PROOF_NOT_MINIMAL: {
    stage: "log",
    sentence: "A log proof carries data or signatures that nothing here can check.",
    remedy: "Use a newer verifier if the log has witnesses by now; otherwise export the week again.",
  },
  LOG_INCONSISTENT: {
    stage: "log",
    sentence: "The log has signed two different histories.",
    remedy: "Keep this file and publish it: it proves that the log lied to somebody.",
  },
  DRAW_SEED_MISMATCH: {
    stage: "draws",
    sentence: "The seed revealed at the end of a run is not the one committed at its start.",
    remedy: "The moments of the captures were not drawn as agreed: ask the freelancer, and keep this file.",
  },
  DRAW_NOT_DRAWN: {
    stage: "draws",
    sentence: "A capture was made at a moment that the seed did not draw.",
    remedy: "This capture's moment was chosen, not drawn: ask the freelancer, and keep this file.",
  },
  DRAW_TOO_LONG: {
    stage: "draws",
    sentence: "The runs claim more moments than a week of honest work can hold.",
    remedy: ASK_PLATFORM,
  },
  BLOB_ORDER: {
    stage: "blobs",
    sentence: "The sealed files are not in the order of their digests, or one is there twice.",
    remedy: ASK_PLATFORM,
  },
  BLOB_DIGEST_MISMATCH: {
    stage: "blobs",
    sentence: "A sealed file is not the one that its digest names.",
    remedy: ALTERED,
  },
  BLOB_MISSING: {
    stage: "blobs",
    sentence: "A sealed file that a disclosure names is not in the bundle.",
    remedy: "Ask the platform to produce it: its receipt says that it must, or that it never had it.",
  },
  BLOB_SIZE_MISMATCH: {
    stage: "blobs",
    sentence: "A sealed file has another size than its disclosure or receipt says.",
    remedy: ASK_FREELANCER,
  },
  BLOB_UNUSED: {
    stage: "blobs",
    sentence: "The bundle holds a sealed file that no disclosure of the week names.",
    remedy: ASK_PLATFORM,
  },
  RECEIPT_SIGNATURE_INVALID: {
    stage: "blobs",
    sentence: "A receipt is not signed by the platform key that the terms name, or is for another contract.",
    remedy: ALTERED,
  },
  RECEIPT_MISSING: {
    stage: "blobs",
    sentence: "The platform has not signed a receipt for a sealed file.",
    remedy: ASK_PLATFORM,
  },
  RECEIPT_UNUSED: {
    stage: "blobs",
    sentence: "The bundle holds a second receipt for a sealed file, or one for a file that is not here.",
    remedy: ASK_PLATFORM,
  },
} as const satisfies Record<string, Entry>;

export type VerificationCode = keyof typeof FAILURES;

/** All codes, for tables that must be complete. */
export const verificationCodes = Object.keys(FAILURES) as readonly VerificationCode[]; // `keys` forgets the names.

export interface VerificationFailure {
  readonly code: VerificationCode;
  readonly stage: VerificationStage;
  readonly sentence: string;
  /** Hash (base64url) of the statement at fault, where it is one. */
  readonly statement?: string;
}

export const refuse = (
  code: VerificationCode,
  statement?: { readonly hash: Uint8Array },
): Result<never, VerificationFailure> => {
  const { stage, sentence } = FAILURES[code];
  return err({
    code,
    stage,
    sentence,
    ...(statement === undefined ? {} : { statement: bytesToBase64Url(statement.hash) }),
  });
};

/** For people: what is wrong, and then what to do about it. */
export const explainFailure = ({ code }: Pick<VerificationFailure, "code">): string =>
  `${FAILURES[code].sentence} ${FAILURES[code].remedy}`;
