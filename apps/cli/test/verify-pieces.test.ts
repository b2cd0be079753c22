// Single pieces of evidence through the real command line: what it says, to people and to scripts, and how it ends.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { bytesToHex } from "@underseal/foundation";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  createSmallLog,
  leafAt,
  logKey,
  northKey,
  signed,
  southKey,
  witnessSigners,
} from "../../../packages/verifier/test/pieces/small-log.ts";
import { bytesOfOpening } from "../../../packages/verifier/test/pieces/small-opening.ts";
import { runCommand } from "./support/command-line.ts";

const log = createSmallLog(11);
const note = log.noteAt(11, [witnessSigners[0]]);
const hex = (hashes: readonly Uint8Array[]): string => hashes.map(bytesToHex).join(",");

let folder = "";
const inFolder = (name: string): string => path.join(folder, name);

const files: Readonly<Record<string, string | Uint8Array>> = {
  note,
  old: log.noteAt(6),
  altered: note.replace("\n11\n", "\n12\n"),
  fork: signed({ ...log.checkpointAt(11), root: leafAt(1) }),
  "no-note": "hello\n",
  opening: bytesOfOpening(),
  "wrong-opening": bytesOfOpening({ witnesses: [] }),
};

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "underseal-pieces-"));
  for (const [name, content] of Object.entries(files)) writeFileSync(inFolder(name), content);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `@name` stands for a file of the folder. */
const verify = (line: readonly string[], input?: string) =>
  runCommand(
    ["verify", ...line.map((word) => (word.startsWith("@") ? inFolder(word.slice(1)) : word))],
    input === undefined ? {} : { input },
  );

const inclusion = (...more: readonly string[]): readonly string[] => [
  ..."inclusion --checkpoint @note --index 6 --leaf-hash".split(" "),
  bytesToHex(leafAt(6)),
  "--proof",
  hex(log.inclusionAt(6)),
  ...more,
];

const consistency = (...more: readonly string[]): readonly string[] => [
  ..."consistency --old @old --new @note --proof".split(" "),
  hex(log.consistencyFrom(6)),
  ...more,
];

const QUICKNET_KEY =
  "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a";
const ROUND_1000 = "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39";

const beacon = (round: string, signature = ROUND_1000): readonly string[] => [
  ...["beacon", "--scheme", "quicknet", "--public-key", QUICKNET_KEY],
  ...["--round", round, "--signature", signature],
];

describe("what is valid ends with 0 and says what was proven and what was not", () => {
  test.each<[string, readonly string[], RegExp]>([
    [
      "a checkpoint with a quorum",
      ["checkpoint", "@note", "--key", logKey, northKey, "--quorum", "1"],
      /1 witness \(of 1 given\) cosigned/,
    ],
    ["a checkpoint, keys one by one", ["checkpoint", "@note", "--key", logKey, "--key", northKey], /cosigned by north/],
    ["an inclusion, signed", inclusion("--key", logKey), /signed by log\.example[\s\S]*signed that root hash/],
    ["an inclusion without a key", inclusion(), /signature was not checked[\s\S]*nothing here shows who signed/],
    ["a consistency, signed", consistency("--key", logKey), /grew from 6 to 11 entries/],
    ["a round of drand's quicknet", beacon("1000"), /published at 2023-08-23T15:59:24Z/],
    ["an opening", ["opening", "@opening"], /5 of 1024 leaves[\s\S]*leaf 5: pixels[\s\S]*other 1019 leaves/],
  ])("%s", async (_, line, says) => {
    const outcome = await verify(line);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout).toMatch(/^VALID: [\s\S]*\nProven:\n {2}- [\s\S]*\nNot proven:\n {2}- /);
    expect(outcome.stdout).toMatch(says);
    const json = await verify([...line, "--json"]);
    expect(json).toMatchObject({ code: 0, stderr: "" });
    const { valid, verdict } = JSON.parse(json.stdout);
    expect(valid).toBe(true);
    for (const sentence of [...verdict.proven, ...verdict.notProven]) expect(outcome.stdout).toContain(sentence);
  });

  test("a checkpoint on standard input", async () => {
    expect(await verify(["checkpoint", "-", "--key", logKey], note)).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("what is not valid ends with 1, its code and stage", () => {
  test.each<[string, readonly string[], string, string]>([
    ["an altered checkpoint", ["checkpoint", "@altered", "--key", logKey], "NOTE_SIGNATURE_INVALID", "signatures"],
    ["no checkpoint", ["checkpoint", "@no-note", "--key", logKey], "NOTE_MALFORMED", "parse"],
    [
      "too few witnesses",
      ["checkpoint", "@note", "--key", logKey, northKey, southKey, "--quorum", "2"],
      "QUORUM_MISSED",
      "quorum",
    ],
    ["another log's key", inclusion("--key", southKey), "NOTE_SIGNER_UNKNOWN", "signatures"],
    ["a proof of another entry", inclusion().with(4, "7"), "ROOT_MISMATCH", "proof"],
    ["a proof that is too short", inclusion().with(-1, ""), "PROOF_LENGTH", "proof"],
    [
      "checkpoints the wrong way round",
      consistency("--key", logKey).with(2, "@note").with(4, "@old"),
      "SIZE_INVALID",
      "proof",
    ],
    ["two histories", ["consistency", "--old", "@note", "--new", "@fork", "--proof", ""], "LOG_FORKED", "proof"],
    ["another round's signature", beacon("1001"), "BEACON_SIGNATURE_INVALID", "beacon"],
    ["an opening without the witnesses agreed on", ["opening", "@wrong-opening"], "OPENING_QUORUM_MISSED", "log"],
    ["something else as an opening", ["opening", "@note"], "OPENING_MALFORMED", "parse"],
  ])("%s", async (_, line, code, stage) => {
    const outcome = await verify(line);
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^NOT VALID: [A-Z].*\. .*\. \(.*\)\n$/);
    expect(outcome.stderr).toContain(`(${code}, stage ${stage}`);
    const json = await verify([...line, "--json"]);
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false, failure: { code, stage } });
  });

  test("an opening names the statement concerned", async () => {
    const json = await verify(["opening", "@wrong-opening", "--json"]);
    expect(JSON.parse(json.stdout).failure.statement).toMatch(/^[\w-]{43}$/);
  });
});

describe("what was not understood ends with 2 and says what to do", () => {
  test.each<[string, readonly string[], RegExp]>([
    ["a checkpoint without a key", ["checkpoint", "@note"], /required option '--key/],
    ["a key that is none", ["checkpoint", "@note", "--key", "abc"], /NOT UNDERSTOOD: .*name\+id\+key.*KEY_MALFORMED/],
    ["one witness twice", ["checkpoint", "@note", "--key", logKey, northKey, northKey], /KEY_REPEATED/],
    ["a quorum that no keys can meet", ["checkpoint", "@note", "--key", logKey, "--quorum", "1"], /QUORUM_INVALID/],
    ["a quorum that is no number", ["checkpoint", "@note", "--key", logKey, "--quorum", "most"], /whole number/],
    ["an index below zero", inclusion().with(4, "-1"), /whole number/],
    ["an index that no log reaches", inclusion().with(4, "9007199254740993"), /whole number/],
    ["half a hash", inclusion().with(6, "abcd"), /64 hexadecimal digits/],
    ["a proof with a gap", inclusion().with(8, `${hex([leafAt(1)])},,`), /hexadecimal digits/],
    [
      "a proof without end",
      inclusion().with(8, hex(Array.from({ length: 70 }, () => leafAt(1)))),
      /PROOF_HASHES_TOO_MANY/,
    ],
    ["two notes on standard input", consistency().with(2, "-").with(4, "-"), /only one note/],
    ["another scheme", beacon("1").with(2, "chained"), /BEACON_SCHEME_UNKNOWN/],
    ["a round before the first", beacon("0"), /BEACON_ROUND_INVALID/],
    ["a key of another length", beacon("1").with(4, "abcd"), /BEACON_KEY_INVALID/],
    ["a signature that is no hexadecimal", beacon("1", "xyz"), /hexadecimal digits/],
    ["an opening of nothing", ["opening"], /missing required argument 'file'/],
    ["something unknown", ["everything"], /unknown command 'everything'/],
  ])("%s", async (_, line, says) => {
    const outcome = await verify(line);
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
    expect(outcome.stderr).toMatch(says);
    expect(outcome.stderr).not.toMatch(/^ +at |node:internal|\.ts:\d+/m);
  });
});

describe("what cannot be read ends with 1 and one sentence", () => {
  test.each<[string, readonly string[], RegExp]>([
    ["a checkpoint that is not there", ["checkpoint", "@missing", "--key", logKey], /there is no file .*missing/],
    ["a directory", ["opening", "@"], /is not a file: name the opening itself/],
  ])("%s", async (_, line, says) => {
    const outcome = await verify(line);
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^underseal: .*\n$/);
    expect(outcome.stderr).toMatch(says);
  });

  test("more on standard input than a checkpoint can be", async () => {
    const outcome = await verify(["checkpoint", "-", "--key", logKey], "a".repeat(1_000_000));
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^underseal: standard input is larger than any checkpoint may be/);
  });
});
