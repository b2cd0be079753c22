import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { bundleSchema } from "../src/bundle.ts";
import { contextSchema, headerSchema, hiddenManifestSchema, visibleManifestSchema } from "../src/content.ts";
import { envelopeSchema } from "../src/envelope.ts";
import { openingSchema } from "../src/opening.ts";
import { statementSchemas } from "../src/statements.ts";

// The tables of fields in docs/protocol.md say what the schemas of the code say: every field, its form and limits.

const DOCUMENT = path.join(import.meta.dirname, "../../../docs/protocol.md");

const schemas: Readonly<Record<string, z.ZodType>> = {
  ...statementSchemas,
  envelope: envelopeSchema,
  header: headerSchema,
  context: contextSchema,
  "visible manifest": visibleManifestSchema,
  "hidden manifest": hiddenManifestSchema,
  opening: openingSchema,
  bundle: bundleSchema,
};

/** `field → form` as the document's own words, by the name in the heading of the table. */
const readTables = (markdown: string): Map<string, Map<string, string>> => {
  const tables = new Map<string, Map<string, string>>();
  let fields: Map<string, string> | null = null;
  for (const line of markdown.split("\n")) {
    const heading = /^#+ (?:`([^`]+)`)?/.exec(line);
    if (heading !== null) {
      fields = heading[1] === undefined ? null : new Map();
      if (heading[1] !== undefined && fields !== null) tables.set(heading[1], fields);
    }
    const row = /^\| `([^`]+)` \| ([^|]+) \|/.exec(line);
    if (row !== null && fields !== null) fields.set(row[1] ?? "", (row[2] ?? "").trim());
  }
  return tables;
};

type Node = { readonly [key: string]: unknown };

const BUCKETS = [0, 10, 25, 50, 100, 200, 300, 500, 1000];
const wordOfInteger = ({ minimum, maximum }: Node): string => {
  if (minimum === undefined) return "integer";
  if (minimum === 0 && maximum === 2 ** 40) return "seconds";
  return `integer ${minimum}…${maximum}`;
};
const charactersOf = (bytes: number): number => Math.ceil((bytes * 4) / 3);

/** The forms that a schema can be described by; the document must choose one of them. */
const wordsOf = (node: Node): readonly string[] => {
  if (node.const !== undefined) return [typeof node.const === "string" ? `"${node.const}"` : `one of ${node.const}`];
  if (node.enum !== undefined) return [`one of ${(node.enum as string[]).join(", ")}`];
  if (node.anyOf !== undefined) {
    const values = (node.anyOf as Node[]).map((option) => option.const);
    return [`one of ${values.join(", ")}`, ...(String(values) === String(BUCKETS) ? ["bucket"] : [])];
  }
  if (node.type === "integer") {
    const amount = node.minimum === 0 && node.maximum === Number.MAX_SAFE_INTEGER ? ["amount"] : [];
    return [
      wordOfInteger(node),
      ...(node.maximum === 2 ** 40 ? [`integer ${node.minimum}…${node.maximum}`] : []),
      ...amount,
    ];
  }
  if (node.type === "boolean") return ["boolean"];
  if (node.format === "uuid") return ["uuid"];
  const { minLength, maxLength } = node;
  if (minLength === 1959 && maxLength === 1959) return ["recipient"];
  if (maxLength === undefined) return ["text"];
  const lengths = [32, 48, 96].filter((bytes) => charactersOf(bytes) === maxLength).map((bytes) => `bytes ${bytes}`);
  const device = maxLength === charactersOf(65) ? ["bytes 32 or 65"] : [];
  const proof = maxLength === 65_536 ? ["proof"] : [];
  const hash = maxLength === 43 ? ["hash"] : [];
  return [`text ≤ ${maxLength}`, `b64u ≤ ${maxLength}`, ...lengths, ...device, ...proof, ...hash];
};

const isEnvelope = (node: Node): boolean =>
  node.type === "object" && Object.keys(node.properties as object).join() === "payloadType,payload,signatures";

/** Every field of a schema with the words that describe it. */
const describeFields = (name: string, node: Node, isOptional = false): readonly [string, readonly string[]][] => {
  const optional = (words: readonly string[]) => words.map((word) => (isOptional ? `${word}, optional` : word));
  if (name !== "" && isEnvelope(node)) return [[name, optional(["envelope"])]];
  if (node.type === "object") {
    const required = new Set(node.required as string[] | undefined);
    return Object.entries(node.properties as Record<string, Node>).flatMap(([key, item]) =>
      describeFields(name === "" ? key : `${name}.${key}`, item, isOptional || !required.has(key)),
    );
  }
  if (node.type !== "array") return [[name, optional(wordsOf(node))]];
  const items = node.items as Node;
  const count = `${node.minItems ?? 0}…${node.maxItems}`;
  if (isEnvelope(items)) return [[`${name}[]`, [`${count} envelope`]]];
  if (items.type !== "object") return [[`${name}[]`, wordsOf(items).map((word) => `${count} ${word}`)]];
  return [[`${name}[]`, [count]], ...describeFields(`${name}[]`, items)];
};

const schemaOf = (schema: z.ZodType): Node => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node;

const tables = readTables(readFileSync(DOCUMENT, "utf8"));

describe("docs/protocol.md", () => {
  it("has a table for each thing that is signed, sealed or exchanged, and for nothing else", () => {
    expect([...tables.keys()].sort()).toEqual(Object.keys(schemas).sort());
  });

  it.each(Object.entries(schemas))("says of `%s` what the schema says", (name, schema) => {
    const documented = tables.get(name) ?? new Map<string, string>();
    const fields = describeFields("", schemaOf(schema));
    expect([...documented.keys()]).toEqual(fields.map(([field]) => field));
    for (const [field, words] of fields) expect(words, `${name}.${field}`).toContain(documented.get(field));
  });

  it("is read by a test that notices a changed limit", () => {
    const altered = readTables("#### `x`\n\n| field | form |\n|---|---|\n| `n` | integer 0…11 | |\n");
    const [[, words] = ["", []]] = describeFields("", schemaOf(z.strictObject({ n: z.int().min(0).max(10) })));
    expect(words).not.toContain(altered.get("x")?.get("n"));
  });
});
