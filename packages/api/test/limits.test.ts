// Every body and list has a named limit: whatever a request may carry is bounded by its schema, so that no handler can
// be made to hold or loop over more than was planned for.
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  contractRoutes,
  deviceRoutes,
  evidenceRoutes,
  moneyRoutes,
  peopleRoutes,
  type Route,
  statementRoutes,
} from "../src/index.ts";

const tables = [contractRoutes, deviceRoutes, evidenceRoutes, moneyRoutes, peopleRoutes, statementRoutes];
const routes: readonly Route[] = tables.flatMap((table) => Object.values<Route>(table));

interface JsonSchema {
  readonly [key: string]: unknown;
}

/** Whether texts of this pattern can only be so long: it begins and ends, and repeats nothing without an upper number. */
const hasEnd = (pattern: unknown): boolean =>
  typeof pattern === "string" && /^\^.*\$$/s.test(pattern) && !/[+*]|,\}/.test(pattern.replace(/\\.|\[[^\]]*\]/g, ""));

/** Where a value of the schema may be as long as the sender likes. */
const unbounded = (schema: unknown, where: string): string[] => {
  if (typeof schema !== "object" || schema === null) return [];
  const node = schema as JsonSchema;
  const parts = Object.entries(node).flatMap(([key, value]) => unbounded(value, `${where}/${key}`));
  const isBounded =
    (node.type !== "array" || "maxItems" in node) &&
    (node.type !== "string" || ["maxLength", "enum", "const"].some((key) => key in node) || hasEnd(node.pattern));
  return isBounded ? parts : [where, ...parts];
};

const requestSchemas = routes.flatMap(({ method, path, params, query, body }) =>
  Object.entries({ params, query, body: body === "bytes" ? undefined : body }).flatMap(([part, schema]) =>
    schema === undefined ? [] : [{ name: `${method} ${path} ${part}`, schema }],
  ),
);

describe("what a request may carry", () => {
  test.each(requestSchemas)("is bounded: $name", ({ schema }) => {
    expect(unbounded(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), "")).toEqual([]);
  });

  test("bytes have a limit of their own", () => {
    const ofBytes = routes.filter(({ body }) => body === "bytes");
    expect(ofBytes.length).toBeGreaterThan(0);
    for (const { bodyMaxBytes } of ofBytes) expect(bodyMaxBytes).toBeGreaterThan(0);
  });

  test("an unbounded list or text would be found", () => {
    const schema = z.object({ names: z.array(z.string().max(5)), note: z.string(), word: z.string().regex(/^[a+]+$/) });
    expect(unbounded(z.toJSONSchema(schema), "")).toEqual([
      "/properties/names",
      "/properties/note",
      "/properties/word",
    ]);
  });
});
