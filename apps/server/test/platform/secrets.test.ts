import { readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { createSystemRandom, reveal } from "@underseal/foundation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSecrets, type SecretName } from "../../src/platform/secrets.ts";
import { createTestDir } from "../support/database.ts";

let dataDir: string;
beforeAll(async () => {
  dataDir = await createTestDir();
});
afterAll(() => rm(dataDir, { recursive: true }));

const read = async (name: SecretName, directory = dataDir) => {
  const secret = await createSecrets({ dataDir: directory, random: createSystemRandom() }).get(name);
  return secret.ok ? Buffer.from(reveal(secret.value)).toString("hex") : secret.error.code;
};

test("a secret is made once, for us alone, and is the same ever after", async () => {
  const first = await read("log-key");
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  expect(await read("log-key")).toBe(first);
  expect(await read("platform-key")).not.toBe(first);
  expect((await stat(path.join(dataDir, "secrets/log-key"))).mode & 0o777).toBe(0o600);
  expect((await stat(path.join(dataDir, "secrets"))).mode & 0o777).toBe(0o700);
});

test("racers agree on one secret and leave no drafts", async () => {
  const racers = await Promise.all(Array.from({ length: 8 }, () => read("auth-secret")));
  expect(new Set(racers).size).toBe(1);
  expect((await readdir(path.join(dataDir, "secrets"))).filter((name) => name.includes("new"))).toEqual([]);
});

test("a damaged secret is refused and kept, not replaced", async () => {
  const file = path.join(dataDir, "secrets/platform-key");
  await writeFile(file, Buffer.alloc(31));
  expect(await read("platform-key")).toBe("SECRET_DAMAGED");
  expect((await stat(file)).size).toBe(31);
});

test("where the directory cannot be made, the error says so", async () => {
  const file = path.join(dataDir, "a-file");
  await writeFile(file, "");
  expect(await read("log-key", file)).toBe("SECRET_UNREADABLE");
});
