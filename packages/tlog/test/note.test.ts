import { createHash } from "node:crypto";
import { bytesToBase64, concatBytes } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TLOG_ERROR_CODES, tlogErrorSentence } from "../src/errors.ts";
import { decodeVerifierKey, encodeVerifierKey, type VerifierKey, verifierKeyOf } from "../src/keys.ts";
import { formatNote, NOTE_CHARS_MAX, NOTE_SIGNATURES_MAX, parseNote, signNote, verifyNote } from "../src/note.ts";
import { corruptions, createTestSigner } from "./testlog.ts";

// The example of the signed-note specification.
const SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const SPEC_NOTE = `This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
`;

const keyOf = (text: string): VerifierKey => {
  const key = decodeVerifierKey(text);
  return key.ok ? key.value : expect.fail(key.error.code);
};

const alice = createTestSigner("alice.example/key", 1);
const bob = createTestSigner("bob.example/key", 2);
const [aliceKey, bobKey] = [verifierKeyOf(alice), verifierKeyOf(bob)];

describe("the specification's example", () => {
  it("verifies under its key", () => {
    const verified = verifyNote(SPEC_NOTE, [keyOf(SPEC_KEY)]);
    expect(verified).toMatchObject({ ok: true, value: { text: "This is an example message.\n" } });
  });

  it("is written back byte for byte", () => {
    const parsed = parseNote(SPEC_NOTE);
    expect(parsed.ok && formatNote(parsed.value)).toBe(SPEC_NOTE);
    expect(encodeVerifierKey(keyOf(SPEC_KEY))).toBe(SPEC_KEY);
  });
});

describe("verifier keys", () => {
  it("come back from their one-line form, whichever key and name", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), fc.stringMatching(/^[a-zé./—0-9-]{1,30}$/u), (seed, name) => {
        const key = verifierKeyOf(createTestSigner(name, seed));
        expect(decodeVerifierKey(encodeVerifierKey(key))).toEqual({ ok: true, value: key });
      }),
      { numRuns: 40 },
    );
  });

  it("are refused with any character changed or missing", () => {
    for (const corrupted of corruptions(SPEC_KEY)) {
      const decoded = decodeVerifierKey(corrupted);
      expect(!decoded.ok && decoded.error.code).toMatch(/^KEY_/);
    }
  });

  it.each([
    ["nothing", "", "KEY_MALFORMED"],
    ["no name", SPEC_KEY.replace("example.com/foo", ""), "KEY_MALFORMED"],
    ["a space in the name", SPEC_KEY.replace(".com", " com"), "KEY_MALFORMED"],
    ["a capital in the id", SPEC_KEY.replace("903a", "903A"), "KEY_MALFORMED"],
    ["no key", "example.com/foo+530d903a+", "KEY_MALFORMED"],
    ["half a key", `example.com/foo+530d903a+${bytesToBase64(Uint8Array.of(1, 2, 3))}`, "KEY_MALFORMED"],
    ["a type not read", `example.com/foo+530d903a+${bytesToBase64(Uint8Array.of(6, 2, 3))}`, "KEY_TYPE_UNSUPPORTED"],
    ["another name", SPEC_KEY.replace("foo", "fool"), "KEY_ID_MISMATCH"],
    ["more than any key needs", `${"a".repeat(1_000)}+${SPEC_KEY}`, "KEY_MALFORMED"],
  ])("are refused with %s", (_, text, code) => {
    expect(decodeVerifierKey(text)).toMatchObject({ ok: false, error: { code } });
  });

  it("are refused when the point is not sound, though the id belongs to it", () => {
    const neutral = Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? 1 : 0));
    const material = concatBytes(Uint8Array.of(1), neutral);
    const id = createHash("sha256").update("example.com/foo\n").update(material).digest("hex").slice(0, 8);
    const decoded = decodeVerifierKey(`example.com/foo+${id}+${bytesToBase64(material)}`);
    expect(decoded).toMatchObject({ ok: false, error: { code: "KEY_UNACCEPTABLE" } });
  });
});

describe("signed notes", () => {
  const text = "first line\n\nafter an empty line, é\n";
  const note = signNote(text, [alice, bob]);

  it("keep empty lines in their text and name every known signer", () => {
    expect(verifyNote(note, [bobKey, aliceKey])).toMatchObject({
      ok: true,
      value: { text, signedBy: [aliceKey, bobKey] },
    });
  });

  it("come back whatever the text", () => {
    const line = fc.string({ unit: "grapheme", maxLength: 20 }).filter((s) => !/\p{Cc}/u.test(s) && s.isWellFormed());
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), (lines) => {
        const own = `${lines.join("\n")}\n`;
        expect(verifyNote(signNote(own, [alice]), [aliceKey])).toMatchObject({ ok: true, value: { text: own } });
      }),
      { numRuns: 40 },
    );
  });

  it("ignore signatures by unknown keys, by a known name with another id and by a known id with another name", () => {
    expect(verifyNote(note, [aliceKey])).toMatchObject({ ok: true, value: { signedBy: [aliceKey] } });
    const stranger = { name: "stranger.example", keyId: aliceKey.id, signature: new Uint8Array(64) };
    const namesake = { name: alice.name, keyId: "00000000", signature: new Uint8Array(9) };
    const parsed = parseNote(note);
    if (!parsed.ok) return expect.fail("parses");
    const more = formatNote({ text, signatures: [stranger, namesake, ...parsed.value.signatures] });
    expect(verifyNote(more, [aliceKey])).toMatchObject({ ok: true, value: { signedBy: [aliceKey] } });
    const without = formatNote({ text, signatures: [stranger, namesake] });
    expect(verifyNote(without, [aliceKey])).toMatchObject({ ok: false, error: { code: "NOTE_SIGNER_UNKNOWN" } });
    expect(verifyNote(note, [])).toMatchObject({ ok: false, error: { code: "NOTE_SIGNER_UNKNOWN" } });
  });

  it("are refused whole when one known key's signature does not fit, even if another's does", () => {
    const parsed = parseNote(note);
    if (!parsed.ok) return expect.fail("parses");
    const [byAlice, byBob] = parsed.value.signatures;
    if (byAlice === undefined || byBob === undefined) return expect.fail("two signatures");
    for (const signature of [byAlice.signature, new Uint8Array(64), byBob.signature.slice(1), new Uint8Array(1)]) {
      const mixed = formatNote({ text, signatures: [byAlice, { ...byBob, signature }] });
      const refused = verifyNote(mixed, [aliceKey, bobKey]);
      expect(refused).toMatchObject({ ok: false, error: { code: "NOTE_SIGNATURE_INVALID" } });
      expect(verifyNote(mixed, [aliceKey]).ok).toBe(true);
    }
  });

  it.each([
    [16, "accepted"],
    [NOTE_SIGNATURES_MAX, "accepted"],
    [NOTE_SIGNATURES_MAX + 1, "NOTE_SIGNATURES_TOO_MANY"],
  ])("with %d signatures are %s", (count, outcome) => {
    const [head = "", signature = ""] = signNote("hello\n", [alice]).split("\n\n");
    const stranger = `— stranger.example/key ${"A".repeat(92)}\n`;
    const result = verifyNote(`${head}\n\n${stranger.repeat(count - 1)}${signature}`, [aliceKey]);
    expect(result.ok ? "accepted" : result.error.code).toBe(outcome);
  });

  it("are read up to the size limit and no further", () => {
    const frame = signNote("\n", [alice]).length;
    const largest = signNote(`${"x".repeat(NOTE_CHARS_MAX - frame)}\n`, [alice]);
    expect(largest).toHaveLength(NOTE_CHARS_MAX);
    expect(verifyNote(largest, [aliceKey]).ok).toBe(true);
    expect(verifyNote(`x${largest}`, [aliceKey])).toMatchObject({ ok: false, error: { code: "NOTE_TOO_LARGE" } });
  });

  const [, line = ""] = signNote("hello\n", [alice]).split("\n\n");
  it.each([
    ["nothing", ""],
    ["no empty line", `hello\n${line}`],
    ["no signature", "hello\n\n"],
    ["no text", `\n${line}`],
    ["no newline at the end", `hello\n\n${line.trimEnd()}`],
    ["a carriage return", `hello\r\n\n${line}`],
    ["a tab", `he\tllo\n\n${line}`],
    ["half a surrogate pair", `he\ud800llo\n\n${line}`],
    ["a hyphen for the dash", `hello\n\n${line.replace("—", "-")}`],
    ["two spaces", `hello\n\n${line.replace("— ", "—  ")}`],
    ["a plus in a name", `hello\n\n${line.replace("alice", "al+ce")}`],
    ["a wide space in a name", `hello\n\n${line.replace("alice", "al\u3000ce")}`],
    ["a word after the signature", `hello\n\n${line.trimEnd()} x\n`],
    ["a key id without a signature", `hello\n\n— alice.example/key ${bytesToBase64(Uint8Array.of(1, 2, 3, 4))}\n`],
    ["base64 without padding", `hello\n\n${line.replace("=", "")}`],
  ])("are refused as malformed with %s", (_, spoiled) => {
    expect(verifyNote(spoiled, [aliceKey])).toMatchObject({ ok: false, error: { code: "NOTE_MALFORMED" } });
  });

  it("give a typed refusal with any one byte changed or cut, never another text under the old signature", () => {
    for (const corrupted of corruptions(SPEC_NOTE)) {
      const result = verifyNote(corrupted, [keyOf(SPEC_KEY)]);
      expect(!result.ok && TLOG_ERROR_CODES.includes(result.error.code)).toBe(true);
    }
  });

  it("give a typed answer to any text at all", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (any) => !verifyNote(any, [aliceKey]).ok));
  });
});

describe("refusals", () => {
  it("each have a sentence", () => {
    for (const code of TLOG_ERROR_CODES) expect(tlogErrorSentence(code)).toMatch(/^[A-Z].*\.$/);
  });
});
