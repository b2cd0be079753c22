import { bytesToBase64 } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { formatCheckpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from "../src/checkpoint.ts";
import { TLOG_ERROR_CODES } from "../src/errors.ts";
import { decodeVerifierKey, verifierKeyOf } from "../src/keys.ts";
import { emptyRoot } from "../src/merkle.ts";
import { signNote, verifyNote } from "../src/note.ts";
import { corruptions, createTestSigner, logKey, logSigner } from "./testlog.ts";

const checkpoint = { origin: logSigner.name, size: 70_000, root: emptyRoot() };
const ROOT = bytesToBase64(checkpoint.root);

describe("checkpoints", () => {
  it("are three lines", () => {
    expect(formatCheckpoint(checkpoint)).toBe(`log.example/underseal1\n70000\n${ROOT}\n`);
  });

  it.each([0, 1, 9, 10, 2 ** 32, Number.MAX_SAFE_INTEGER])("come back signed and verified at size %d", (size) => {
    const signed = signCheckpoint({ ...checkpoint, size }, logSigner);
    expect(verifyCheckpoint(signed, [logKey])).toEqual({ ok: true, value: { ...checkpoint, size } });
  });

  it.each([
    ["no line", ""],
    ["an empty name", `\n1\n${ROOT}\n`],
    ["two lines", "log.example\n1\n"],
    ["an extension line", `log.example\n1\n${ROOT}\nmore\n`],
    ["an empty fourth line", `log.example\n1\n${ROOT}\n\n`],
    ["no newline at the end", `log.example\n1\n${ROOT}`],
    ["a leading zero", `log.example\n01\n${ROOT}\n`],
    ["a sign", `log.example\n+1\n${ROOT}\n`],
    ["a negative size", `log.example\n-1\n${ROOT}\n`],
    ["an exponent", `log.example\n1e3\n${ROOT}\n`],
    ["no size", `log.example\n\n${ROOT}\n`],
    ["a size beyond exact integers", `log.example\n9007199254740992\n${ROOT}\n`],
    ["a size of 20 digits", `log.example\n18446744073709551615\n${ROOT}\n`],
    ["a short root", `log.example\n1\n${bytesToBase64(checkpoint.root.slice(1))}\n`],
    ["no root", "log.example\n1\n\n"],
    ["a root in base64url", `log.example\n1\n${ROOT.replaceAll("/", "_").replaceAll("+", "-")}\n`],
  ])("are refused with %s, even when signed", (_, text) => {
    expect(parseCheckpoint(text)).toMatchObject({ ok: false, error: { code: "CHECKPOINT_MALFORMED" } });
    if (!text.endsWith("\n")) return;
    const refused = verifyCheckpoint(signNote(text, [logSigner]), [logKey]);
    expect(refused).toMatchObject({ ok: false, error: { code: "CHECKPOINT_MALFORMED" } });
  });

  it("of one log are refused under the key of another, though both are trusted", () => {
    const other = createTestSigner("other.example/log", 12);
    const forged = signNote(formatCheckpoint(checkpoint), [other]);
    const refused = verifyCheckpoint(forged, [logKey, verifierKeyOf(other)]);
    expect(refused).toMatchObject({ ok: false, error: { code: "CHECKPOINT_ORIGIN_UNKNOWN" } });
  });

  it("keep their standing when others sign them too", () => {
    const witness = createTestSigner("witness.example", 13);
    const signed = signNote(formatCheckpoint(checkpoint), [witness, logSigner]);
    expect(verifyCheckpoint(signed, [logKey]).ok).toBe(true);
    expect(verifyCheckpoint(signed, [logKey, verifierKeyOf(witness)]).ok).toBe(true);
  });

  it("give a typed refusal with any one byte changed or cut", () => {
    for (const corrupted of corruptions(signCheckpoint(checkpoint, logSigner))) {
      const result = verifyCheckpoint(corrupted, [logKey]);
      expect(!result.ok && TLOG_ERROR_CODES.includes(result.error.code)).toBe(true);
    }
  });

  it("of a public log verify: the Go checksum database at 20,852,163 entries", () => {
    const key = decodeVerifierKey("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
    if (!key.ok) return expect.fail(key.error.code);
    const note = `go.sum database tree
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`;
    const verified = verifyNote(note, [key.value]);
    if (!verified.ok) return expect.fail(verified.error.code);
    expect(parseCheckpoint(verified.value.text)).toMatchObject({ ok: true, value: { size: 20_852_163 } });
    // Its key is not named after the log, as ours are, so as a checkpoint it would not be taken.
    expect(verifyCheckpoint(note, [key.value]).ok).toBe(false);
  });
});
