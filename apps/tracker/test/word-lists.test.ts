import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ContractId } from "@underseal/foundation";
import { TERM_LENGTH_MAX } from "@underseal/redaction";
import { describe, expect, test } from "vitest";
import { createWordLists, WORDS_PER_CONTRACT_MAX } from "../src/session/word-lists.ts";
import { unwrap } from "./desktop.ts";
import { newId, temporaryFolder } from "./outbox-world.ts";

const [first, second] = [newId<ContractId>(), newId<ContractId>()];

describe("word lists", () => {
  test("are kept by contract, tidied, sorted and once each, whatever their case", async () => {
    using folder = temporaryFolder();
    const lists = createWordLists(folder.path);
    expect(unwrap(await lists.wordsOf(first))).toEqual([]);
    await lists.change(first, { add: ["  Nordwind ", "Ärztekammer  Süd", "nordwind"], remove: [] });
    await lists.change(second, { add: ["Globex"], remove: [] });
    const again = createWordLists(folder.path);
    expect(unwrap(await again.wordsOf(first))).toEqual(["Ärztekammer Süd", "nordwind"]);
    expect(unwrap(await again.allWords())).toEqual(expect.arrayContaining(["Ärztekammer Süd", "nordwind", "Globex"]));
    expect(unwrap(await again.change(first, { add: [], remove: ["NORDWIND", "absent"] }))).toEqual(["Ärztekammer Süd"]);
    expect(unwrap(await again.wordsOf(second))).toEqual(["Globex"]);
  });

  test("lie in files that only their owner can read", async () => {
    using folder = temporaryFolder();
    await createWordLists(folder.path).change(first, { add: ["Nordwind"], remove: [] });
    const directory = path.join(folder.path, "words");
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    expect(readdirSync(directory)).toEqual([`${first}.json`]);
    expect(statSync(path.join(directory, `${first}.json`)).mode & 0o777).toBe(0o600);
  });

  test.each([
    ["empty", [" "], "WORD_UNUSABLE"],
    ["a character too long", ["x".repeat(TERM_LENGTH_MAX + 1)], "WORD_UNUSABLE"],
    ["on two lines", ["a\nb"], "WORD_UNUSABLE"],
    ["one too many", Array.from({ length: WORDS_PER_CONTRACT_MAX + 1 }, (_, i) => `word ${i}`), "TOO_MANY_WORDS"],
  ])("a word that is %s changes nothing and is not repeated", async (_, add, code) => {
    using folder = temporaryFolder();
    const lists = createWordLists(folder.path);
    await lists.change(first, { add: ["kept"], remove: [] });
    const answer = await lists.change(first, { add, remove: ["kept"] });
    expect(answer).toMatchObject({ ok: false, error: { code } });
    expect(JSON.stringify(answer)).not.toContain("word 1");
    expect(unwrap(await lists.wordsOf(first))).toEqual(["kept"]);
  });

  test("a full list takes words of the longest kind", async () => {
    using folder = temporaryFolder();
    const add = Array.from({ length: WORDS_PER_CONTRACT_MAX }, (_, i) => `${i}`.padEnd(TERM_LENGTH_MAX, "x"));
    const lists = createWordLists(folder.path);
    expect(unwrap(await lists.change(first, { add, remove: [] }))).toHaveLength(WORDS_PER_CONTRACT_MAX);
    expect(unwrap(await lists.wordsOf(first))).toHaveLength(WORDS_PER_CONTRACT_MAX);
  });

  test.each([
    ["not JSON", "Nordwind"],
    ["not a list", "{}"],
    ["not of words", "[1]"],
    ["cut off", '["Nordwi'],
  ])("a file that is %s is an error, not a list without words", async (_, content) => {
    using folder = temporaryFolder();
    mkdirSync(path.join(folder.path, "words"));
    writeFileSync(path.join(folder.path, "words", `${first}.json`), content);
    const lists = createWordLists(folder.path);
    const damaged = { ok: false, error: { code: "WORDS_DAMAGED" } };
    expect(await lists.wordsOf(first)).toMatchObject(damaged);
    expect(await lists.allWords()).toMatchObject(damaged);
    expect(await lists.change(second, { add: ["x"], remove: [] })).toMatchObject(damaged);
    expect(JSON.stringify(await lists.allWords())).not.toContain("Nordwi");
  });
});
