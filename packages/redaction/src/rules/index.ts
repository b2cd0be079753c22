// The front door of the rules: everything on a page that somebody would mind showing, and why. Under the policy `open`
// they are the only wall, so they would rather hide too much; elsewhere they explain and lock what is hidden anyway.
import type { Finding } from "../finding.ts";
import type { TextLine } from "../lines.ts";
import { findAddresses } from "./addresses.ts";
import { findBirthDates } from "./birth-dates.ts";
import { findCards } from "./cards.ts";
import { findColumns } from "./columns.ts";
import { findCredentials } from "./credentials.ts";
import { findEmails } from "./emails.ts";
import { findIbans } from "./iban.ts";
import { findKeys } from "./keys.ts";
import { findMedical } from "./medical.ts";
import { findNames } from "./names.ts";
import { findNationalIds } from "./national-ids.ts";
import { findLongNumbers } from "./numbers.ts";
import { findOneTimeCodes } from "./one-time-codes.ts";
import { toPage } from "./page.ts";
import { findPasswords } from "./passwords.ts";
import { findPhones } from "./phones.ts";
import { findPrivateKeys } from "./private-keys.ts";
import type { Rule } from "./rule.ts";
import { findUserNames } from "./user-names.ts";
import type { Vocabulary } from "./vocabulary.ts";

export type { Vocabulary } from "./vocabulary.ts";

/** What locks comes first, and the precise before the vague. */
const RULES: readonly Rule[] = [
  findPrivateKeys,
  findPasswords,
  findKeys,
  findCredentials,
  findCards,
  findIbans,
  findNationalIds,
  findOneTimeCodes,
  findBirthDates,
  findMedical,
  findColumns,
  findEmails,
  findPhones,
  findAddresses,
  findNames,
  findUserNames,
  findLongNumbers,
];

/**
 * A word may be in several findings; the first of them names the gravest reason. Words are the ones that were passed
 * in, never copies. Answers for any words whatever, in time that grows about linearly with them.
 */
export const findSensitive = (lines: readonly TextLine[], vocabulary: Vocabulary): readonly Finding[] => {
  const page = toPage(lines, vocabulary);
  return RULES.flatMap((rule) => rule(page, vocabulary));
};
