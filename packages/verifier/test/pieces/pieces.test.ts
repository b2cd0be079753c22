import { hexToBytes, utf8ToBytes } from "@underseal/foundation";
import { NOTE_CHARS_MAX } from "@underseal/tlog";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type PieceCode,
  pieceCodes,
  pieceStages,
  verifyBeaconRound,
  verifyCheckpointNote,
  verifyConsistencyClaim,
  verifyInclusionClaim,
} from "../../src/pieces/index.ts";
import { liars } from "./liars.ts";
import {
  bytesOfNote,
  COSIGNED_AT,
  createSmallLog,
  leafAt,
  logKey,
  northKey,
  ORIGIN,
  southKey,
  witnessSigners,
} from "./small-log.ts";

const log = createSmallLog(11);
const [north, south] = witnessSigners;

describe("every way to fail", () => {
  it.each(Object.entries(liars))("%s is told by its code, with its stage, a sentence and a remedy", (code, lie) => {
    const outcome = lie();
    expect(outcome).toMatchObject({ ok: false, error: { code } });
    if (outcome.ok) return;
    expect(pieceStages).toContain(outcome.error.stage);
    expect(outcome.error.sentence).toMatch(/^[A-Z].*\.$/);
    expect(outcome.error.remedy).toMatch(/^[A-Z].*\.$/);
  });

  it("has its liar here", () => {
    const told: readonly PieceCode[] = pieceCodes;
    expect(Object.keys(liars).toSorted()).toEqual([...told].sort());
  });

  it("names the statement at fault in an opening", () => {
    const outcome = liars.OPENING_DEVICE_UNCERTIFIED();
    expect(!outcome.ok && outcome.error.statement).toMatch(/^[\w-]{43}$/);
  });
});

describe("a checkpoint", () => {
  const note = bytesOfNote(log.noteAt(11, [north, south]));

  it("is judged by the log's key and a quorum of witnesses", () => {
    const verdict = verifyCheckpointNote({ note, keys: [logKey, northKey, southKey], quorum: 2 });
    expect(verdict).toMatchObject({
      ok: true,
      value: {
        origin: ORIGIN,
        size: 11,
        signedBy: [ORIGIN],
        witnesses: [
          { name: north.name, at: COSIGNED_AT },
          { name: south.name, at: COSIGNED_AT },
        ],
        ignoredSignatures: 0,
      },
    });
  });

  it("says when the log's own signature was not looked at, and how many others were not", () => {
    const verdict = verifyCheckpointNote({ note, keys: [northKey], quorum: 1 });
    expect(verdict).toMatchObject({ ok: true, value: { signedBy: [], ignoredSignatures: 2 } });
    expect(verdict.ok && verdict.value.notProven.join(" ")).toMatch(/No key of the log itself.*2 signatures by keys/s);
  });

  it.each([
    [0, true],
    [1, true],
    [2, false],
  ])("with one of two witnesses meets a quorum of %i: %s", (quorum, isMet) => {
    const seen = bytesOfNote(log.noteAt(11, [south]));
    const verdict = verifyCheckpointNote({ note: seen, keys: [logKey, northKey, southKey], quorum });
    expect(verdict.ok || verdict.error.code).toBe(isMet ? true : "QUORUM_MISSED");
  });

  it("may be as large as a note may be, and no larger", () => {
    const filled = (length: number) => utf8ToBytes("a".repeat(length));
    const codeOf = (bytes: Uint8Array) => {
      const verdict = verifyCheckpointNote({ note: bytes, keys: [logKey], quorum: 0 });
      return verdict.ok ? "ok" : verdict.error.code;
    };
    expect(codeOf(filled(NOTE_CHARS_MAX))).toBe("NOTE_MALFORMED");
    expect(codeOf(filled(NOTE_CHARS_MAX + 1))).toBe("NOTE_TOO_LARGE");
    expect(codeOf(filled(3 * NOTE_CHARS_MAX + 1))).toBe("NOTE_TOO_LARGE");
  });

  it("with any byte changed, left out or cut off is refused by a code", () => {
    const codes = new Set<string>();
    for (let at = 0; at < note.length; at += 1) {
      const damaged = [
        note.with(at, (note[at] ?? 0) ^ (1 << (at % 8))),
        note.filter((_, i) => i !== at),
        note.subarray(0, at),
      ];
      for (const bytes of damaged) {
        const verdict = verifyCheckpointNote({ note: bytes, keys: [logKey, northKey, southKey], quorum: 2 });
        expect(verdict.ok, `byte ${at}`).toBe(false);
        if (!verdict.ok) codes.add(verdict.error.code);
      }
    }
    for (const code of codes) expect(pieceCodes).toContain(code);
  }, 60_000);
});

describe("an inclusion", () => {
  const claim = {
    checkpoint: bytesOfNote(log.noteAt(11)),
    index: 6,
    leafHash: leafAt(6),
    proof: log.inclusionAt(6),
    keys: [logKey],
  };

  it("is proven at every index and size", () => {
    for (let size = 1; size <= 11; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const at = { ...claim, checkpoint: bytesOfNote(log.noteAt(size)), index, leafHash: leafAt(index) };
        expect(verifyInclusionClaim({ ...at, proof: log.inclusionAt(index, size) }).ok).toBe(true);
      }
    }
  });

  it("without a key says that nobody's word was checked", () => {
    const verdict = verifyInclusionClaim({ ...claim, keys: [] });
    expect(verdict).toMatchObject({ ok: true, value: { signedBy: [] } });
    expect(verdict.ok && verdict.value.notProven.join(" ")).toContain("nothing here shows who signed");
    expect(verdict.ok && verdict.value.proven.join(" ")).not.toContain("signed");
  });

  it("with witnesses' keys alone does not say that the log signed", () => {
    const checkpoint = bytesOfNote(log.noteAt(11, [north]));
    const verdict = verifyInclusionClaim({ ...claim, checkpoint, keys: [northKey] });
    expect(verdict).toMatchObject({ ok: true, value: { signedBy: [] } });
    expect(verdict.ok && verdict.value.proven.join(" ")).toContain("1 witness");
  });
});

describe("a consistency", () => {
  it("is proven between all sizes", () => {
    for (let newSize = 1; newSize <= 11; newSize += 1) {
      for (let oldSize = 1; oldSize <= newSize; oldSize += 1) {
        const older = bytesOfNote(log.noteAt(oldSize));
        const newer = bytesOfNote(log.noteAt(newSize));
        const proof = log.consistencyFrom(oldSize, newSize);
        expect(verifyConsistencyClaim({ older, newer, proof, keys: [logKey] }).ok, `${oldSize} ${newSize}`).toBe(true);
      }
    }
  });
});

describe("a beacon's round", () => {
  const publicKey = hexToBytes(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a",
  );
  const signature = hexToBytes(
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39",
  );

  it("of drand's quicknet is verified, with its published randomness and its time", () => {
    expect(publicKey && signature).toBeTruthy();
    if (publicKey === null || signature === null) return;
    expect(verifyBeaconRound({ scheme: "quicknet", publicKey, round: 1_000, signature })).toMatchObject({
      ok: true,
      value: {
        randomness: "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd",
        publishedAt: 1_692_806_364,
      },
    });
  });
});

describe("hostile input of any kind", () => {
  it("is an answer from the list", () => {
    const bytes = fc.uint8Array({ maxLength: 120 });
    fc.assert(
      fc.property(
        bytes,
        fc.array(fc.oneof(fc.string(), fc.constantFrom(logKey, northKey)), { maxLength: 3 }),
        fc.oneof(fc.double(), fc.integer()),
        fc.array(bytes, { maxLength: 4 }),
        (note, keys, number, proof) => {
          const outcomes = [
            verifyCheckpointNote({ note, keys, quorum: number }),
            verifyInclusionClaim({ checkpoint: note, index: number, leafHash: note, proof, keys }),
            verifyConsistencyClaim({ older: note, newer: note, proof, keys }),
            verifyBeaconRound({ scheme: "quicknet", publicKey: note, round: number, signature: note }),
          ];
          for (const outcome of outcomes) expect(!outcome.ok && pieceCodes.includes(outcome.error.code)).toBe(true);
        },
      ),
    );
  });
});
