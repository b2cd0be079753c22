import { reveal, utf8ToBytes } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { formatCheckpoint, signCheckpoint, verifyCheckpoint } from "../src/checkpoint.ts";
import { signCosignature, verifyCosignature } from "../src/cosignature.ts";
import { signEd25519, verifyStrict } from "../src/ed25519.ts";
import { TLOG_ERROR_CODES } from "../src/errors.ts";
import { cosignerKeyOf, decodeVerifierKey, encodeVerifierKey, verifierKeyOf } from "../src/keys.ts";
import { emptyRoot } from "../src/merkle.ts";
import { addSignatures, cosignText, parseNote, signNote, verifyNote } from "../src/note.ts";
import { keyOf, witnessed } from "./data.ts";
import { corruptions, createTestSigner, logKey, logSigner } from "./testlog.ts";

const TIME = 1_750_000_000;
const checkpoint = { origin: logSigner.name, size: 70_000, root: emptyRoot() };
const text = formatCheckpoint(checkpoint);
const signed = signCheckpoint(checkpoint, logSigner);
const witness = createTestSigner("witness.example/w1", 21);
const witnessKey = cosignerKeyOf(witness);
const cosigned = addSignatures(signed, [cosignText({ text, signer: witness, time: TIME })]);

describe("cosigner keys", () => {
  it("come back from their one-line form, and differ in it from a signer's of the same seed", () => {
    expect(decodeVerifierKey(encodeVerifierKey(witnessKey))).toEqual({ ok: true, value: witnessKey });
    expect(witnessKey.kind).toBe("cosigner");
    expect(witnessKey.id).not.toBe(verifierKeyOf(witness).id);
  });

  it.each(witnessed.witnesses)("of a public witness are read: %s", (vkey) => {
    expect(keyOf(vkey).kind).toBe("cosigner");
    expect(encodeVerifierKey(keyOf(vkey))).toBe(vkey);
  });
});

describe("cosignatures", () => {
  it("sign two header lines and the checkpoint's text, as the specification says", () => {
    const signature = signCosignature({ seed: witness.seed, text, time: TIME });
    const message = utf8ToBytes(`cosignature/v1\ntime ${TIME}\n${text}`);
    expect(signature).toHaveLength(72);
    expect(new DataView(signature.buffer).getBigUint64(0)).toBe(BigInt(TIME));
    const { publicKey } = witnessKey;
    expect(verifyStrict({ publicKey, message, signature: signature.subarray(8) })).toBe(true);
  });

  it("say when the witness saw the checkpoint", () => {
    const verified = verifyNote(cosigned, [logKey, witnessKey]);
    expect(verified).toMatchObject({
      ok: true,
      value: { signedBy: [logKey, witnessKey], cosignatures: [{ key: witnessKey, time: TIME }] },
    });
  });

  it("leave the note as it was, but for the line they add", () => {
    expect(cosigned.startsWith(signed)).toBe(true);
    expect(cosigned.slice(signed.length)).toMatch(/^— witness\.example\/w1 [A-Za-z0-9+/=]+\n$/);
    expect(verifyCheckpoint(cosigned, [logKey])).toEqual({ ok: true, value: checkpoint });
  });

  it("by one witness twice count once, at the earlier time", () => {
    const again = [TIME + 60, TIME - 60].map((time) => cosignText({ text, signer: witness, time }));
    const verified = verifyNote(addSignatures(cosigned, again), [witnessKey]);
    expect(verified).toMatchObject({ ok: true, value: { cosignatures: [{ key: witnessKey, time: TIME - 60 }] } });
  });

  it("by strangers are ignored", () => {
    const stranger = createTestSigner("stranger.example", 22);
    const more = addSignatures(cosigned, [cosignText({ text, signer: stranger, time: 1 })]);
    const verified = verifyNote(more, [logKey, witnessKey]);
    expect(verified).toMatchObject({ ok: true, value: { cosignatures: [{ key: witnessKey, time: TIME }] } });
  });

  it("by a known witness that do not fit spoil the note", () => {
    const other = formatCheckpoint({ ...checkpoint, size: 1 });
    const misplaced = addSignatures(signed, [cosignText({ text: other, signer: witness, time: TIME })]);
    expect(verifyNote(misplaced, [logKey, witnessKey])).toMatchObject({ error: { code: "NOTE_SIGNATURE_INVALID" } });
    expect(verifyNote(misplaced, [logKey]).ok).toBe(true);
  });

  it("do not make a checkpoint: a witness named like the log does not speak for it", () => {
    const namesake = createTestSigner(logSigner.name, 23);
    const note = signNote(text, [createTestSigner("other.example", 24)]);
    const forged = addSignatures(note, [cosignText({ text, signer: namesake, time: TIME })]);
    const refused = verifyCheckpoint(forged, [cosignerKeyOf(namesake)]);
    expect(refused).toMatchObject({ ok: false, error: { code: "CHECKPOINT_ORIGIN_UNKNOWN" } });
  });

  it("cannot be passed off as a signature of the other kind with the same seed", () => {
    const plain = signNote(text, [witness]);
    expect(verifyNote(plain, [witnessKey])).toMatchObject({ error: { code: "NOTE_SIGNER_UNKNOWN" } });
    const { publicKey } = witnessKey;
    const signature = signCosignature({ seed: witness.seed, text, time: TIME });
    expect(verifyStrict({ publicKey, message: utf8ToBytes(text), signature: signature.subarray(8) })).toBe(false);
  });

  it("are refused with any bit of them changed, cut short or longer", () => {
    const { publicKey } = witnessKey;
    const signature = signCosignature({ seed: witness.seed, text, time: TIME });
    expect(verifyCosignature({ publicKey, text, signature })).toBe(TIME);
    for (let i = 0; i < signature.length; i += 1) {
      const spoiled = signature.map((byte, at) => (at === i ? byte ^ (1 << (i % 8)) : byte));
      expect(verifyCosignature({ publicKey, text, signature: spoiled })).toBeNull();
      expect(verifyCosignature({ publicKey, text, signature: signature.subarray(0, i) })).toBeNull();
    }
    expect(verifyCosignature({ publicKey, text, signature: Uint8Array.of(...signature, 0) })).toBeNull();
  });

  it.each([0n, 2n ** 53n, 2n ** 63n - 1n, 2n ** 64n - 1n])("do not say %d as a time, even signed", (time) => {
    const message = utf8ToBytes(`cosignature/v1\ntime ${time}\n${text}`);
    const signature = new Uint8Array(72);
    new DataView(signature.buffer).setBigUint64(0, time);
    signature.set(signEd25519({ seed: reveal(witness.seed), message }), 8);
    expect(verifyCosignature({ publicKey: witnessKey.publicKey, text, signature })).toBeNull();
  });

  it("give a typed refusal or the same text with any one byte of the note changed or cut", () => {
    for (const corrupted of corruptions(cosigned)) {
      const result = verifyNote(corrupted, [logKey, witnessKey]);
      // What spoils only the name or id of one signature leaves the other standing.
      if (result.ok) expect(result.value.text).toBe(text);
      else expect(TLOG_ERROR_CODES).toContain(result.error.code);
    }
  });
});

describe("a live checkpoint of a public log", () => {
  const keys = witnessed.witnesses.map(keyOf);

  it("verifies with its three witnesses, who saw it in the same second", () => {
    const verified = verifyNote(witnessed.checkpoint, [keyOf(witnessed.logKey), ...keys]);
    if (!verified.ok) return expect.fail(verified.error.code);
    const time = Date.parse("2026-05-13T19:23:34Z") / 1_000;
    expect(verified.value.cosignatures).toEqual(keys.map((key) => ({ key, time })));
    expect(parseNote(witnessed.checkpoint)).toMatchObject({ value: { text: verified.value.text } });
  });
});
