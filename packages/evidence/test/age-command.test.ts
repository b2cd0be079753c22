// Our files under the age command of Debian: another implementation, by the author of the format. Before version 1.3
// it knows no post-quantum recipients, so those files are opened with it where it can, and recognised where it cannot.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { redact, reveal } from "@underseal/foundation";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sealForVault, sealSeed } from "../src/seal.ts";
import { client, deps, makeCapture, openWithAge, sealAll } from "./capture.ts";

const version = spawnSync("age", ["--version"], { encoding: "utf8" });
const isThere = version.error === undefined && version.status === 0;
const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version.stdout ?? "")?.slice(1) ?? []).map(Number);
const knowsPostQuantum = major > 1 || (major === 1 && minor >= 3);

describe.skipIf(!isThere)(`the age command${isThere ? "" : " (skipped: it is not installed)"}`, () => {
  let directory: string;
  let identity: string;
  let recipient: string;
  const made = makeCapture({ columns: 3, rows: 2, redacted: [1] });

  const open = (file: Uint8Array, key = identity) => {
    const keyFile = path.join(directory, "key.txt");
    writeFileSync(keyFile, `${key}\n`, { mode: 0o600 });
    const { status, stdout, stderr } = spawnSync("age", ["--decrypt", "--identity", keyFile], {
      input: file,
      maxBuffer: 64 * 1024 * 1024,
    });
    return { status, bytes: new Uint8Array(stdout), words: stderr.toString() };
  };

  beforeAll(async () => {
    directory = mkdtempSync(path.join(os.tmpdir(), "underseal-age-"));
    identity = await generateX25519Identity();
    recipient = await identityToRecipient(identity);
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  it("opens what our sealing makes for a recipient that it knows, small and of many chunks", async () => {
    const seed = new Uint8Array(32).fill(7);
    expect(open(await sealSeed(redact(seed), recipient)).bytes).toEqual(seed);
    const store = { compress: (bytes: Uint8Array) => bytes };
    const file = await sealForVault(store, made.capture, recipient);
    expect(file.length).toBeGreaterThan(64 * 1024);
    const opened = open(file);
    expect(opened.status).toBe(0);
    expect(opened.bytes).toEqual(await openWithAge(file, redact(identity)));
  });

  it("reads the header of a post-quantum file and finds that it is for somebody else, not that it is malformed", async () => {
    const { visible, hidden } = await sealAll(made);
    for (const file of [visible, hidden, await sealForVault(deps, made.capture, client.recipient)]) {
      const { status, words } = open(file);
      expect(status).not.toBe(0);
      expect(words).toContain("no identity matched any of the recipients");
    }
    const broken = open(visible.with(1, 0));
    expect(broken.words).not.toContain("no identity matched");
  });

  it.skipIf(!knowsPostQuantum)(
    `opens post-quantum files with the client's identity${knowsPostQuantum ? "" : ` (skipped: ${version.stdout?.trim()} is before 1.3)`}`,
    async () => {
      const { visible } = await sealAll(made);
      expect(open(visible, reveal(client.identity)).bytes).toEqual(await openWithAge(visible));
    },
  );
});
