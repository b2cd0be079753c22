import { utf8ToBytes } from "@underseal/foundation";
import canonicalize from "canonicalize";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BODY_MAX_BYTES, encodeCanonical, isPlainlyCanonical, type JsonValue, parseCanonical } from "../src/json.ts";
import { hasPublished, listPublished, readPublished, titleOf } from "./published.ts";

const FOLDER = "jcs/testdata";
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const parse = (json: string) => parseCanonical(utf8ToBytes(json));
const refused = { ok: false, error: "BODY_NOT_CANONICAL" };

/** What our subset of JSON leaves out: null, fractions, negative numbers. */
const isOurs = (value: unknown): boolean => {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0;
  if (typeof value !== "object") return true;
  return value !== null && Object.values(value).every(isOurs);
};

describe.skipIf(!hasPublished(FOLDER))(titleOf("the published vectors of RFC 8785", FOLDER), () => {
  it.each(listPublished(`${FOLDER}/input`))("%s has the published canonical form", (name) => {
    const value = JSON.parse(text(readPublished(`${FOLDER}/input/${name}`)));
    const expected = text(readPublished(`${FOLDER}/output/${name}`)).trimEnd();
    expect(canonicalize(value)).toBe(expected);
    if (isOurs(value)) {
      expect(text(encodeCanonical(value))).toBe(expected);
      expect(parse(expected)).toEqual({ ok: true, value });
    } else {
      expect(parse(expected)).toEqual(refused);
      expect(() => encodeCanonical(value)).toThrow("broken assumption");
    }
  });

  it("covers vectors inside and outside of our subset", () => {
    const inside = listPublished(`${FOLDER}/input`).map((name) =>
      isOurs(JSON.parse(text(readPublished(`${FOLDER}/input/${name}`)))),
    );
    expect(inside).toContain(true);
    expect(inside).toContain(false);
  });
});

describe("the short way to tell canonical text", () => {
  const key = fc.oneof(
    fc.constantFrom("a", "b", "aa", "B", "10", "9", "é", "\u{1f600}", "\ufb33", "__proto__", ""),
    fc.string(),
  );
  const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string({ unit: "grapheme" }),
      fc.boolean(),
      fc.maxSafeNat(),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    ),
  }));

  it("never takes what the long way refuses", () => {
    fc.assert(
      fc.property(value, (each) => {
        // As it is, as it should be, and with a space.
        for (const json of [JSON.stringify(each), canonicalize(each) ?? "", JSON.stringify(each, null, 1)]) {
          const read = JSON.parse(json) as JsonValue;
          if (isPlainlyCanonical(read, json)) expect(canonicalize(read)).toBe(json);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("takes every canonical text whose keys are no numbers", () => {
    const named = '{"a":{"B":1,"b":[{"c":"\u20ac"}]},"aa":true,"b":"x"}';
    expect(isPlainlyCanonical(JSON.parse(named), named)).toBe(true);
    const numbered = '{"10":1,"9":2}';
    expect(isPlainlyCanonical(JSON.parse(numbered), numbered)).toBe(false);
    expect(parse(numbered).ok).toBe(true);
  });
});

describe("bytes that are not the one spelling of an allowed value", () => {
  it.each([
    ["null", "null"],
    ["null inside", '{"a":null}'],
    ["a fraction", '{"a":1.5}'],
    ["an exponent", '{"a":1e3}'],
    ["a whole number spelled as a fraction", '{"a":1.0}'],
    ["minus zero", '{"a":-0}'],
    ["a negative number", '{"a":-1}'],
    ["a leading zero", '{"a":01}'],
    ["an integer above 2^53-1", '{"a":9007199254740992}'],
    ["a huge integer", '{"a":123456789012345678901234567890}'],
    ["a repeated key", '{"a":1,"a":1}'],
    ["a repeated key in another spelling", '{"a":1,"\\u0061":2}'],
    ["keys out of order", '{"b":1,"a":2}'],
    ["a space", '{"a": 1}'],
    ["a trailing newline", '{"a":1}\n'],
    ["a byte order mark", '\ufeff{"a":1}'],
    ["an escape that is not needed", '{"a":"\\u0062"}'],
    ["an escaped slash", '{"a":"\\/"}'],
    ["a control character in upper case hexadecimal", '{"a":"\\u001F"}'],
    ["a newline as a code", '{"a":"\\u000a"}'],
    ["a lone high surrogate", '{"a":"\\ud800"}'],
    ["a lone low surrogate", '{"a":"\\udc00"}'],
    ["a lone surrogate in a key", '{"\\ud800":1}'],
    ["two values", '{"a":1}{"a":1}'],
    ["nothing", ""],
    ["a comment", '{"a":1}//'],
    ["a trailing comma", '{"a":1,}'],
    ["a word", "undefined"],
  ])("%s is refused", (_, json) => {
    expect(parse(json)).toEqual(refused);
  });

  it("is refused where it is not UTF-8", () => {
    expect(parseCanonical(Uint8Array.of(0x22, 0xff, 0x22))).toEqual(refused);
    // An overlong spelling of "a".
    expect(parseCanonical(Uint8Array.of(0x22, 0xc1, 0xa1, 0x22))).toEqual(refused);
  });

  it.each([
    [16, true],
    [17, false],
    [40_000, false],
  ])("holds the limit of 16 levels: %i arrays around a value", (levels, isRead) => {
    const json = `${"[".repeat(levels)}1${"]".repeat(levels)}`;
    expect(parseCanonical(utf8ToBytes(json), { maxBytes: 1_000_000 }).ok).toBe(isRead);
  });

  it.each([
    [BODY_MAX_BYTES - 1, true],
    [BODY_MAX_BYTES, true],
    [BODY_MAX_BYTES + 1, false],
  ])("holds the limit of 16 KiB: %i bytes", (length, isRead) => {
    expect(parse(`"${"x".repeat(length - 2)}"`).ok).toBe(isRead);
  });

  it("sorts keys by UTF-16 units, not by code points", () => {
    expect(parse('{"\u{10000}":1,"\uffff":2}').ok).toBe(true);
    expect(parse('{"\uffff":2,"\u{10000}":1}')).toEqual(refused);
  });

  it("takes a key named __proto__ for a key like any other", () => {
    const read = parse('{"__proto__":{"a":1}}');
    expect(read.ok && Object.keys(read.value)).toEqual(["__proto__"]);
    expect(({} as { a?: number }).a).toBeUndefined();
  });
});

const json: fc.Arbitrary<JsonValue> = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "grapheme" }),
    fc.boolean(),
    fc.maxSafeNat(),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(fc.string({ unit: "grapheme", minLength: 1 }), tie("value"), { maxKeys: 5, noNullPrototype: true }),
  ),
})).value;

describe("canonical JSON", () => {
  it("comes back as it was, and its bytes are the same again", () => {
    fc.assert(
      fc.property(json, (value) => {
        const bytes = encodeCanonical(value);
        const read = parseCanonical(bytes);
        expect(read.ok && encodeCanonical(read.value)).toEqual(bytes);
        expect(read).toEqual({ ok: true, value });
      }),
      { numRuns: 200 },
    );
  });

  it("has no second spelling within one flipped bit that means the same", () => {
    fc.assert(
      fc.property(json, fc.nat(), fc.nat(7), (value, position, bit) => {
        const bytes = encodeCanonical(value);
        const flipped = bytes.with(position % bytes.length, (bytes[position % bytes.length] ?? 0) ^ (1 << bit));
        const read = parseCanonical(flipped);
        if (read.ok) expect(read.value).not.toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  it("is total: any bytes give a value or the one error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const read = parseCanonical(bytes);
        expect(read.ok || read.error === "BODY_NOT_CANONICAL").toBe(true);
      }),
    );
  });
});
