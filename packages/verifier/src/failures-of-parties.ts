// What can be wrong with a bundle before its records are looked at: its form, the accounts, the terms, the devices.
import type { FailureEntry } from "./failure-entry.ts";

const EXPORT_AGAIN = "Export the week again; if it fails again, show this message to the platform.";
const ALTERED = "The file was altered or made wrongly: do not rely on it, and export the week again from the platform.";
const ASK_PLATFORM = "Ask the platform for a correct export, and keep this file: it shows what you were given.";
const ASK_FREELANCER = "Ask the freelancer to explain this record, and keep this file as it is.";

export const FAILURES_OF_PARTIES = {
  BUNDLE_TOO_LARGE: {
    stage: "parse",
    sentence: "The file is larger than a bundle may be (512 MiB).",
    remedy: EXPORT_AGAIN,
  },
  BUNDLE_NOT_CANONICAL: {
    stage: "parse",
    sentence: "The file does not begin with canonical JSON and a zero byte, so it is not a bundle as it was exported.",
    remedy: "Check that this is the exported file itself, not one that an editor or a mail program has rewritten.",
  },
  BUNDLE_MALFORMED: {
    stage: "parse",
    sentence: "The file is not a bundle of the form underseal-bundle/1.",
    remedy: "Check that you chose the right file; a newer kind of bundle needs a newer verifier.",
  },
  BUNDLE_TRUNCATED: {
    stage: "parse",
    sentence: "The file is shorter or longer than its own list of sealed files says.",
    remedy: EXPORT_AGAIN,
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
  BUNDLE_TOO_COSTLY: {
    stage: "parse",
    sentence: "The bundle holds more signed rounds, beacons, checkpoints or cosignatures than a week of work can need.",
    remedy: ASK_PLATFORM,
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
    sentence: "The terms name a log policy, a beacon or a platform key that is not sound.",
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
  REVOCATION_MISPLACED: {
    stage: "devices",
    sentence: "A revocation is not of a device in the bundle by its owner, or is there twice.",
    remedy: ASK_PLATFORM,
  },
  REVOCATION_SIGNATURE_INVALID: {
    stage: "devices",
    sentence: "A revocation is not signed by the account key of the device's owner.",
    remedy: ALTERED,
  },
  DEVICE_UNUSED: {
    stage: "devices",
    sentence: "The bundle holds a certificate of a device that made no record in it.",
    remedy: ASK_PLATFORM,
  },
} as const satisfies Record<string, FailureEntry>;
