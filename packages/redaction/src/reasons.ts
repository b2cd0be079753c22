import type { Rect } from "./rect.ts";

// Why something is hidden, in words for the person who reviews it. What is `locked` needs a second, explicit step to
// be shown: it is wrong less often than a person in a hurry.

export interface Reason {
  /** Completes "hidden because it …". */
  readonly sentence: string;
  readonly locked: boolean;
}

const open = (sentence: string): Reason => ({ sentence, locked: false });
const locked = (sentence: string): Reason => ({ sentence, locked: true });

export const reasons = {
  unread: open("is text that could not be read"),
  unknown: open("is not an ordinary word"),
  beside: open("stands next to something hidden"),
  text: open("is text, and this contract hides all of it"),
  picture: open("looks like a photo or a video"),
  name: open("looks like a person's name"),
  address: open("looks like an address"),
  phone: open("looks like a phone number"),
  email: open("looks like an e-mail address"),
  userName: open("looks like the name of an account"),
  column: open("stands in a column under a sensitive heading"),
  number: open("is a long number"),
  term: locked("is on the contract's list of terms"),
  code: locked("is a QR or bar code"),
  password: locked("looks like a password"),
  oneTimeCode: locked("looks like a one-time code"),
  apiKey: locked("looks like an API key or token"),
  privateKey: locked("looks like a private key"),
  credentials: locked("looks like credentials in an address or a command"),
  card: locked("looks like a payment card's number"),
  iban: locked("looks like an account number (IBAN)"),
  nationalId: locked("looks like a social security or identity number"),
  birthDate: locked("looks like a date of birth"),
  medical: locked("looks like medical information"),
} as const satisfies Readonly<Record<string, Reason>>;

export type ReasonCode = keyof typeof reasons;

/** An area of the picture that must not be shown, in whole pixels. */
export interface Hidden {
  readonly box: Rect;
  readonly reason: ReasonCode;
}
