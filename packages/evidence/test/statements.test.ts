import { isCurrency } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { type StatementName, statementSchemas } from "../src/index.ts";
import { sampleBodies, sampleHash } from "./samples.ts";

const names = Object.keys(sampleBodies) as StatementName[]; // `keys` forgets the names.

const isValid = (name: StatementName, body: unknown): boolean => statementSchemas[name].safeParse(body).success;

/** Every path to a field of the body, such as `rate.currency`. */
const pathsOf = (value: unknown, prefix = ""): string[] =>
  typeof value !== "object" || value === null || Array.isArray(value)
    ? []
    : Object.entries(value).flatMap(([key, item]) => [`${prefix}${key}`, ...pathsOf(item, `${prefix}${key}.`)]);

type Tree = { [key: string]: unknown };

/** The body with one field set, or taken away where the value is undefined. */
const withField = (body: unknown, path: string, value: unknown): unknown => {
  const copy = structuredClone(body) as Tree;
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const target = keys.reduce((at, key) => at[key] as Tree, copy);
  if (value === undefined) delete target[last];
  else target[last] = value;
  return copy;
};

const OPTIONAL = new Set(["segment.drawSeed", "capture.beacon.sig"]);

describe.each(names)("a %s", (name) => {
  const body = sampleBodies[name];
  const paths = pathsOf(body);

  it("is valid as documented", () => {
    expect(isValid(name, body)).toBe(true);
  });

  it("has no unknown field, at any depth", () => {
    expect(isValid(name, { ...body, extra: 1 })).toBe(false);
    for (const path of paths.filter((at) => pathsOf(withField(body, "x", 1)).some((p) => p.startsWith(`${at}.`)))) {
      expect(isValid(name, withField(body, `${path}.extra`, 1)), path).toBe(false);
    }
  });

  it("lacks no field", () => {
    for (const path of paths) {
      expect(isValid(name, withField(body, path, undefined)), path).toBe(OPTIONAL.has(`${name}.${path}`));
    }
  });

  it("has fields of the right kind", () => {
    for (const path of paths) {
      for (const wrong of [null, "", "x", -1, 0.5, [], {}, 2 ** 53, Number.NaN]) {
        const isLegitimateEmptyList = Array.isArray(wrong) && path === "captures";
        const isShortText = typeof wrong === "string" && path === "log";
        if (!isLegitimateEmptyList && !isShortText) {
          expect(isValid(name, withField(body, path, wrong)), `${path} = ${JSON.stringify(wrong)}`).toBe(false);
        }
      }
    }
  });
});

const MAX = Number.MAX_SAFE_INTEGER;
const UNIX_MAX = 2 ** 40;

/** Each row: the kind, the field, the highest and lowest allowed value. */
const ranges: readonly (readonly [StatementName, string, number, number])[] = [
  ["account", "generation", 0, 1_000_000],
  ["account", "at", 0, UNIX_MAX],
  ["device", "generation", 0, 1_000_000],
  ["device", "notBefore", 0, UNIX_MAX],
  ["device", "notAfter", 0, UNIX_MAX],
  ["terms", "version", 1, 10_000],
  ["terms", "client.generation", 0, 1_000_000],
  ["terms", "validFrom", 0, UNIX_MAX],
  ["terms", "rate.amountMinor", 0, MAX],
  ["terms", "feePermille", 0, 500],
  ["terms", "weeklyLimitMinutes", 0, 10_080],
  ["terms", "depositMinor", 0, MAX],
  ["terms", "draw.odds", 1, 10_000],
  ["terms", "draw.beacon.genesis", 0, UNIX_MAX],
  ["terms", "draw.beacon.period", 1, 60],
  ["start", "seq", 0, MAX],
  ["start", "at", 0, UNIX_MAX],
  ["start", "beacon.round", 1, MAX],
  ["capture", "seq", 0, MAX],
  ["capture", "beacon.round", 1, MAX],
  ["segment", "slot", 0, UNIX_MAX],
  ["segment", "minutes", 0, 10],
  ["segment", "activity", 0, 10],
  ["disclosure", "ver", 0, 1_000],
  ["disclosure", "visible.bytes", 1, 64 * 1024 * 1024],
  ["disclosure", "hidden.bytes", 1, 64 * 1024 * 1024],
  ["revocation", "at", 0, UNIX_MAX],
  ["acknowledgement", "at", 0, UNIX_MAX],
  ["week", "week", 0, UNIX_MAX],
  ["week", "records", 0, 100_000],
  ["arrival", "at", 0, UNIX_MAX],
  ["receipt", "bytes", 1, MAX],
  ["receipt", "at", 0, UNIX_MAX],
];

describe("limits", () => {
  it.each(ranges)("%s.%s is a whole number from %i to %i", (name, path, min, max) => {
    const at = (value: number) => isValid(name, withField(sampleBodies[name], path, value));
    expect([at(min), at(max), at(min - 1), at(max + 1), at(min + 0.5)]).toEqual([true, true, false, false, false]);
  });

  it("a start is drawn by the beacon or by a seed, never by both or neither", () => {
    const { drawC, ...start } = sampleBodies.start;
    const online = { ...start, beacon: sampleBodies.capture.beacon };
    expect(isValid("start", online)).toBe(true);
    expect(isValid("start", { ...online, drawC })).toBe(false);
    expect(isValid("start", start)).toBe(false);
  });

  it("a disclosure names both files or, where nothing is uploaded, neither", () => {
    const { visible, hidden, ...local } = sampleBodies.disclosure;
    expect(isValid("disclosure", local)).toBe(true);
    expect(isValid("disclosure", { ...local, visible })).toBe(false);
    expect(isValid("disclosure", { ...local, hidden })).toBe(false);
  });

  it("a segment lists at most 200 captures", () => {
    const captures = (count: number) => Array.from({ length: count }, (_, i) => sampleHash(i));
    expect(isValid("segment", { ...sampleBodies.segment, captures: captures(200) })).toBe(true);
    expect(isValid("segment", { ...sampleBodies.segment, captures: captures(201) })).toBe(false);
    expect(isValid("segment", { ...sampleBodies.segment, captures: [] })).toBe(true);
  });

  it.each([
    ["capture", "masked"],
    ["disclosure", "redacted"],
  ] as const)("%s.%s is one of the buckets", (name, path) => {
    const allowed = [0, 10, 25, 50, 100, 200, 300, 500, 1000];
    for (let permille = -1; permille <= 1001; permille += 1) {
      expect(isValid(name, withField(sampleBodies[name], path, permille))).toBe(allowed.includes(permille));
    }
  });

  it("the tree sizes are 1,024, 2,048 and 4,096", () => {
    for (const size of [512, 1023, 1024, 1025, 2048, 4096, 8192]) {
      expect(isValid("terms", { ...sampleBodies.terms, treeSize: size })).toBe([1024, 2048, 4096].includes(size));
    }
  });

  it.each([
    ["one byte short", "A".repeat(42)],
    ["one byte long", "A".repeat(44)],
    ["padded", `${"A".repeat(43)}=`],
    ["with stray bits", `${"A".repeat(42)}B`],
    ["in base64", `${"A".repeat(41)}+A`],
  ])("a hash %s is refused", (_, hash) => {
    expect(isValid("capture", { ...sampleBodies.capture, root: hash })).toBe(false);
  });

  it.each([
    ["in capitals", "0197AAAA-0000-7000-8000-000000000001"],
    ["without dashes", "0197aaaa0000700080000000000000001"],
    ["in braces", "{0197aaaa-0000-7000-8000-000000000001}"],
  ])("an id %s is refused", (_, contract) => {
    expect(isValid("arrival", { ...sampleBodies.arrival, contract })).toBe(false);
  });

  it.each(["eur", "EURO", "XXQ", "€"])("the currency %s is refused", (currency) => {
    expect(isCurrency(currency)).toBe(false);
    expect(isValid("terms", { ...sampleBodies.terms, rate: { amountMinor: 1, currency } })).toBe(false);
  });

  it("a recipient must be one that can be sealed to", () => {
    const { seal } = sampleBodies.account;
    const swapped = seal.at(100) === "q" ? "p" : "q";
    for (const wrong of [
      seal.slice(0, -1),
      `${seal}q`,
      seal.toUpperCase(),
      `${seal.slice(0, 100)}${swapped}${seal.slice(101)}`,
    ]) {
      expect(isValid("account", { ...sampleBodies.account, seal: wrong })).toBe(false);
    }
  });

  it.each([
    ["profile", ["readable", "sealed", "local", "blind", "waived"]],
    ["funding", ["deposit", "deposit+card", "card"]],
    ["redaction", ["structure", "strict", "matter", "open"]],
  ])("terms.%s is one of %j", (field, allowed) => {
    for (const value of allowed) expect(isValid("terms", withField(sampleBodies.terms, field, value))).toBe(true);
    expect(isValid("terms", withField(sampleBodies.terms, field, "other"))).toBe(false);
  });
});
