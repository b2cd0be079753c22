import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TLOG_ERROR_CODES } from "../src/errors.ts";
import { cosignerKeyOf, encodeVerifierKey, verifierKeyOf } from "../src/keys.ts";
import {
  formatPolicy,
  PINNED_POLICY_CHARS_MAX,
  POLICY_CHARS_MAX,
  POLICY_DEPTH_MAX,
  POLICY_GROUPS_MAX,
  POLICY_LOGS_MAX,
  POLICY_WITNESSES_MAX,
  type Policy,
  parsePinnedPolicy,
  parsePolicy,
} from "../src/policy.ts";
import { corruptions, createTestSigner, logKey } from "./testlog.ts";

const LOG = encodeVerifierKey(logKey);
const vkeys = Array.from({ length: POLICY_WITNESSES_MAX + 1 }, (_, i) =>
  encodeVerifierKey(cosignerKeyOf(createTestSigner(`w${i}.example`, 100 + i))),
);
const witnessLine = (name: string, i: number, url = ""): string => `witness ${name} ${vkeys[i]}${url}\n`;
const parsed = (text: string): Policy => {
  const policy = parsePolicy(text);
  return policy.ok ? policy.value : expect.fail(policy.error.sentence);
};
const codeOf = (text: string): string => {
  const policy = parsePolicy(text);
  return policy.ok ? "accepted" : policy.error.code;
};

/** The example of the specification, with keys in it. */
const EXAMPLE = `log ${LOG}

${[0, 1, 2].map((i) => witnessLine(`X${i + 1}`, i)).join("")}group X-witnesses 2 X1 X2 X3

${[3, 4, 5].map((i) => witnessLine(`Y${i - 2}`, i)).join("")}group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;

describe("policies", () => {
  it("of the specification's example are read", () => {
    const policy = parsed(EXAMPLE);
    expect(policy.logs).toEqual([{ key: logKey }]);
    expect(policy.witnesses.map(({ name }) => name)).toEqual(["X1", "X2", "X3", "Y1", "Y2", "Y3"]);
    expect(policy.groups).toEqual([
      { name: "X-witnesses", threshold: 2, members: ["X1", "X2", "X3"] },
      { name: "Y-witnesses", threshold: 1, members: ["Y1", "Y2", "Y3"] },
      { name: "X-and-Y", threshold: 2, members: ["X-witnesses", "Y-witnesses"] },
    ]);
    expect(policy.quorum).toBe("X-and-Y");
  });

  it("may be spaced, commented and in another order, with addresses, which the plain form leaves out", () => {
    const loose = `\n# who watches\n  witness\tw1   ${vkeys[0]} https://w1.example/\t\n \t# more\nquorum w1\nlog ${LOG} https://log.example\n`;
    expect(parsed(loose).witnesses[0]?.url).toBe("https://w1.example/");
    expect(parsed(loose).logs[0]?.url).toBe("https://log.example");
    expect(formatPolicy(parsed(loose))).toBe(`log ${LOG}\n${witnessLine("w1", 0)}quorum w1\n`);
  });

  it("may ask for no cosignature", () => {
    expect(parsed(`log ${LOG}\nquorum none\n`).quorum).toBeNull();
    expect(parsed("quorum none\n")).toEqual({ logs: [], witnesses: [], groups: [], quorum: null });
  });

  it("take names as they are: other alphabets, keywords and digits, never folded", () => {
    const text = `${witnessLine("K", 0)}${witnessLine("\u212a", 1)}${witnessLine("group", 2)}${witnessLine("2", 3)}group 名 2 K \u212a group 2\nquorum 名\n`;
    expect(parsed(text).groups[0]?.members).toEqual(["K", "\u212a", "group", "2"]);
    expect(formatPolicy(parsed(text))).toBe(text);
  });

  const two = witnessLine("a", 0) + witnessLine("b", 1);
  const witnessKey = vkeys[0];
  it.each([
    ["nothing", "", "POLICY_MALFORMED"],
    ["an empty line", "\n", "POLICY_QUORUM_COUNT"],
    ["no last newline", "quorum none", "POLICY_MALFORMED"],
    ["a carriage return", "quorum none\r\n", "POLICY_MALFORMED"],
    ["a null", "quorum none\u0000\n", "POLICY_MALFORMED"],
    ["a delete character", "# \u007f\nquorum none\n", "POLICY_MALFORMED"],
    ["half a surrogate pair", "# \ud800\nquorum none\n", "POLICY_MALFORMED"],
    ["a wide space for a space", "quorum\u3000none\n", "POLICY_MALFORMED"],
    ["a byte order mark", "\ufeffquorum none\n", "POLICY_MALFORMED"],
    ["an unknown keyword", "mirror x\nquorum none\n", "POLICY_MALFORMED"],
    ["a capital keyword", "Quorum none\n", "POLICY_MALFORMED"],
    ["a keyword of every object", "constructor x\nquorum none\n", "POLICY_MALFORMED"],
    ["a comment after a line", `quorum none # really\n`, "POLICY_MALFORMED"],
    ["no quorum", two, "POLICY_QUORUM_COUNT"],
    ["two quorums", `${two}quorum a\nquorum a\n`, "POLICY_QUORUM_COUNT"],
    ["a quorum without a name", `${two}quorum\n`, "POLICY_MALFORMED"],
    ["an unknown quorum", `${two}quorum c\n`, "POLICY_NAME_UNKNOWN"],
    ["a quorum before its witness", `quorum a\n${two}`, "POLICY_NAME_UNKNOWN"],
    ["a log without a key", "log\nquorum none\n", "POLICY_KEY_UNFIT"],
    ["a log with a witness's key", `log ${witnessKey}\nquorum none\n`, "POLICY_KEY_UNFIT"],
    ["a log with more than an address", `log ${LOG} https://a b\nquorum none\n`, "POLICY_MALFORMED"],
    ["one log twice", `log ${LOG}\nlog ${LOG}\nquorum none\n`, "POLICY_KEY_REPEATED"],
    ["a witness without a key", "witness a\nquorum none\n", "POLICY_MALFORMED"],
    ["a witness with a log's key", `witness a ${LOG}\nquorum none\n`, "POLICY_KEY_UNFIT"],
    ["a witness with a broken key", `witness a ${witnessKey?.replace("+", "+0")}\nquorum none\n`, "POLICY_KEY_UNFIT"],
    ["a witness called none", `${witnessLine("none", 0)}quorum none\n`, "POLICY_NAME_TAKEN"],
    ["one name twice", `${witnessLine("a", 0)}${witnessLine("a", 1)}quorum a\n`, "POLICY_NAME_TAKEN"],
    ["one key twice", `${witnessLine("a", 0)}${witnessLine("b", 0)}quorum a\n`, "POLICY_KEY_REPEATED"],
    ["a group like a witness", `${two}group a 1 b\nquorum a\n`, "POLICY_NAME_TAKEN"],
    ["a group called none", `${two}group none 1 b\nquorum none\n`, "POLICY_NAME_TAKEN"],
    ["a group in itself", `${two}group g 1 g\nquorum g\n`, "POLICY_NAME_UNKNOWN"],
    ["a group with a later one", `${two}group g 1 h\ngroup h 1 a\nquorum g\n`, "POLICY_NAME_UNKNOWN"],
    ["none as a member", `${two}group g 1 none\nquorum g\n`, "POLICY_NAME_UNKNOWN"],
    ["a member twice in a group", `${two}group g 1 a a\nquorum g\n`, "POLICY_MEMBER_REPEATED"],
    ["a member in two groups", `${two}group g 1 a\ngroup h 1 a b\nquorum h\n`, "POLICY_MEMBER_REPEATED"],
    ["an empty group", `${two}group g all\nquorum g\n`, "POLICY_MALFORMED"],
    ["a threshold of none", `${two}group g 0 a b\nquorum g\n`, "POLICY_THRESHOLD"],
    ["a threshold of more", `${two}group g 3 a b\nquorum g\n`, "POLICY_THRESHOLD"],
    ["a threshold with a zero before it", `${two}group g 01 a b\nquorum g\n`, "POLICY_THRESHOLD"],
    ["a negative threshold", `${two}group g -1 a b\nquorum g\n`, "POLICY_THRESHOLD"],
    ["a threshold in words", `${two}group g most a b\nquorum g\n`, "POLICY_THRESHOLD"],
  ])("are refused with %s", (_, text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it("name the line that is wrong", () => {
    const refused = parsePolicy(`log ${LOG}\n\ngroup g 1 nobody\nquorum g\n`);
    expect(!refused.ok && refused.error.sentence).toMatch(/^Line 3: /);
  });

  const many = (count: number, line: (i: number) => string): string =>
    Array.from({ length: count }, (_, i) => line(i)).join("");
  const logs = (count: number) =>
    many(count, (i) => `log ${encodeVerifierKey(verifierKeyOf(createTestSigner("log.example", 200 + i)))}\n`);
  const witnesses = (count: number) => many(count, (i) => witnessLine(`w${i}`, i));
  const groups = (count: number) => many(count, (i) => `group g${i} 1 w${i}\n`);
  const nested = (depth: number) => many(depth, (i) => `group g${i} 1 ${i === 0 ? "w0" : `g${i - 1}`}\n`);

  it.each([
    ["logs", logs(POLICY_LOGS_MAX), "accepted"],
    ["logs and one more", logs(POLICY_LOGS_MAX + 1), "POLICY_TOO_COMPLEX"],
    ["witnesses", witnesses(POLICY_WITNESSES_MAX), "accepted"],
    ["witnesses and one more", witnesses(POLICY_WITNESSES_MAX + 1), "POLICY_TOO_COMPLEX"],
    ["groups", witnesses(POLICY_WITNESSES_MAX) + groups(POLICY_GROUPS_MAX), "accepted"],
    ["groups and one more", witnesses(POLICY_WITNESSES_MAX) + groups(POLICY_GROUPS_MAX + 1), "POLICY_TOO_COMPLEX"],
    ["levels", witnesses(1) + nested(POLICY_DEPTH_MAX), "accepted"],
    ["levels and one more", witnesses(1) + nested(POLICY_DEPTH_MAX + 1), "POLICY_TOO_COMPLEX"],
    ["characters", `# ${"x".repeat(POLICY_CHARS_MAX - 15)}\n`, "accepted"],
    ["characters and one more", `# ${"x".repeat(POLICY_CHARS_MAX - 14)}\n`, "POLICY_TOO_LARGE"],
  ])("are read up to the limit of %s", (_, lines, outcome) => {
    expect(codeOf(`${lines}quorum none\n`)).toBe(outcome);
  });

  it("give a policy or a typed refusal with any one byte changed or cut", () => {
    const text = `log ${LOG} https://log.example\n${two}group g 2 a b\nquorum g\n`;
    for (const corrupted of corruptions(text)) {
      const result = parsePolicy(corrupted);
      if (result.ok) expect(parsePolicy(formatPolicy(result.value)).ok).toBe(true);
      else expect(TLOG_ERROR_CODES).toContain(result.error.code);
    }
    for (let end = 0; end < text.length; end += 1) expect(codeOf(text.slice(0, end))).toMatch(/^POLICY_/);
  });

  it("give a typed answer to any lines of known words", () => {
    const word = fc.constantFrom("log", "witness", "group", "quorum", "none", "a", "b", "g", "1", "all", LOG, ...vkeys);
    const line = fc.array(word, { maxLength: 5 }).map((words) => words.join(" "));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const result = parsePolicy(`${lines.join("\n")}\n`);
        return result.ok || TLOG_ERROR_CODES.includes(result.error.code);
      }),
    );
  });
});

describe("the policy that terms pin", () => {
  const pinned = formatPolicy(parsed(EXAMPLE));

  it("has one spelling", () => {
    expect(parsePinnedPolicy(pinned)).toEqual({ ok: true, value: parsed(EXAMPLE) });
    expect(formatPolicy(parsed(pinned))).toBe(pinned);
    expect(parsePinnedPolicy(`log ${LOG}\nquorum none\n`).ok).toBe(true);
  });

  it.each([
    ["empty lines", EXAMPLE],
    ["a word for a count", pinned.replace("group Y-witnesses 1", "group Y-witnesses any")],
    ["an address", pinned.replace(LOG, `${LOG} https://log.example`)],
    ["a comment", `# mine\n${pinned}`],
    ["two spaces", pinned.replace("quorum ", "quorum  ")],
    ["no log", pinned.replace(`log ${LOG}\n`, "")],
    ["two logs", `log ${encodeVerifierKey(verifierKeyOf(createTestSigner("log.example", 200)))}\n${pinned}`],
  ])("is refused with %s", (_, text) => {
    expect(parsePinnedPolicy(text)).toMatchObject({ ok: false, error: { code: "POLICY_NOT_PINNED" } });
  });

  it("fits into terms", () => {
    const comment = `#${"x".repeat(PINNED_POLICY_CHARS_MAX)}\n`;
    expect(parsePinnedPolicy(comment + pinned)).toMatchObject({ ok: false, error: { code: "POLICY_TOO_LARGE" } });
  });
});
