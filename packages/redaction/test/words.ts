import fc from "fast-check";
import type { Word } from "../src/word.ts";

const side = fc.oneof(
  fc.integer({ min: 0, max: 2000 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
);

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constantFrom(
    "Password:",
    "DOB",
    "code",
    "IBAN",
    "4111",
    "1111",
    "12/04/1971",
    "-----BEGIN",
    "RSA",
    "KEY-----",
    "|",
    "DE89",
    "@",
    "a@b.co",
    "Mr.",
    "Street",
    "Calle",
    "500",
    "mg",
    "https://a:b@c",
    "",
    " ",
  ),
);

/** Words as no sane reader would find them. */
export const anyWords: fc.Arbitrary<readonly Word[]> = fc.array(
  fc.record({
    text,
    box: fc.record({ x: side, y: side, width: side, height: side }),
    confidence: fc.integer({ min: 0, max: 100 }),
  }),
  { maxLength: 80 },
);
