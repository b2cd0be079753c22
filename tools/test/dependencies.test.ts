// A package that nobody can explain is one that nobody looks after: each direct dependency has its row in
// docs/dependencies.md, and a row whose package is gone goes with it.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../..");

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const readManifests = async (): Promise<readonly Manifest[]> => {
  const folders = [root];
  for (const group of ["packages", "apps"]) {
    const entries = await readdir(path.join(root, group), { withFileTypes: true });
    folders.push(...entries.filter((entry) => entry.isDirectory()).map(({ name }) => path.join(root, group, name)));
  }
  return await Promise.all(
    folders.map(async (folder) => JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"))),
  );
};

const dependenciesOf = (manifests: readonly Manifest[]): readonly string[] => {
  const names = manifests.flatMap(({ dependencies, devDependencies, optionalDependencies, peerDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies, ...peerDependencies }),
  );
  return [...new Set(names)].filter((name) => !name.startsWith("@underseal/")).toSorted();
};

interface Row {
  /** The packages in the first cell; a row may speak for the builds of one thing. */
  readonly names: readonly string[];
  /** All cells, without the bars. */
  readonly cells: readonly string[];
}

const COLUMNS = 5;

/** The rows below the head of each table. */
const rowsOf = (page: string): readonly Row[] =>
  page
    .split("\n")
    .filter((line) => line.startsWith("|") && !line.startsWith("|---") && !line.startsWith("| package |"))
    .map((line) => {
      const cells = line.split("|").slice(1, -1);
      return { names: [...(cells[0] ?? "").matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name), cells };
    });

const without = (names: readonly string[], others: readonly string[]): readonly string[] =>
  names.filter((name) => !others.includes(name));

describe("docs/dependencies.md", async () => {
  const dependencies = dependenciesOf(await readManifests());
  const rows = rowsOf(await readFile(path.join(root, "docs/dependencies.md"), "utf8"));
  const explained = rows.flatMap(({ names }) => names);

  test("the manifests were read", () => {
    expect(dependencies).toContain("vitest");
    expect(dependencies).toContain("fastify");
    expect(dependencies.length).toBeGreaterThan(30);
  });

  test("explains every direct dependency", () => {
    expect(without(dependencies, explained)).toEqual([]);
  });

  test("explains nothing that is no direct dependency", () => {
    expect(without(explained, dependencies)).toEqual([]);
  });

  test("explains each package once, and in every column", () => {
    expect(explained.length).toBe(new Set(explained).size);
    for (const { names, cells } of rows) {
      expect(names, cells.join("|")).not.toEqual([]);
      expect(cells.map((cell) => cell.trim()).filter((cell) => cell !== "")).toHaveLength(COLUMNS);
    }
  });
});
