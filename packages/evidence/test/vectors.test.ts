import { describe, expect, it } from "vitest";
import { readAnyStatement } from "../src/index.ts";
import { computeVectors, readVectors } from "../vectors/generate.ts";

describe("the frozen vectors of the protocol", () => {
  it("are what this code computes: what was signed yesterday is verified tomorrow", async () => {
    const computed: unknown = JSON.parse(JSON.stringify(await computeVectors()));
    expect(computed).toEqual(readVectors());
  });

  it("hold statements of every kind that can be read", async () => {
    for (const { envelope, name } of (await computeVectors()).statements) {
      const read = readAnyStatement(envelope);
      expect(read.ok && read.value.name).toBe(name);
    }
  });
});
