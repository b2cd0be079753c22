import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { createSystemRandom } from "@underseal/foundation";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BlobStore, openFileBlobStore } from "../../src/platform/blobs/index.ts";
import { createTestDir } from "../support/database.ts";

const random = createSystemRandom();
const digestOf = (bytes: Uint8Array) => new Uint8Array(createHash("sha256").update(bytes).digest());
async function* inChunks(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const readAll = async (store: BlobStore, digest: Uint8Array) => {
  const stream = await store.get(digest);
  return stream === null ? null : new Uint8Array(Buffer.concat(await stream.toArray()));
};
const sample = (length: number) => new Uint8Array(randomBytes(length));

let directory: string;
let store: BlobStore;
beforeAll(async () => {
  directory = path.join(await createTestDir(), "blobs");
  store = await openFileBlobStore({ directory, random });
});
afterAll(() => rm(path.dirname(directory), { recursive: true }));
const drafts = () => readdir(path.join(directory, "incoming"));
const put = (digest: Uint8Array, source: AsyncIterable<Uint8Array>, maxBytes = 1_000_000) =>
  store.put({ digest, source, maxBytes });

test("what was stored comes back byte for byte, in a file named by its digest, readable by us alone", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), fc.integer({ min: 1, max: 600 }), async (bytes, size) => {
      const digest = digestOf(bytes);
      expect(await put(digest, inChunks(bytes, size))).toMatchObject({ ok: true, value: { sizeBytes: bytes.length } });
      expect(await readAll(store, digest)).toEqual(bytes);
      expect(await store.has(digest)).toBe(true);
    }),
    { numRuns: 25 },
  );
  const bytes = sample(10);
  await put(digestOf(bytes), inChunks(bytes));
  const hex = Buffer.from(digestOf(bytes)).toString("hex");
  const found = await stat(path.join(directory, hex.slice(0, 2), hex.slice(2, 4), hex));
  expect(found.mode & 0o777).toBe(0o600);
  expect(await drafts()).toEqual([]);
});

test("what was never stored is null", async () => {
  expect(await store.get(digestOf(sample(8)))).toBeNull();
  expect(await store.has(digestOf(sample(8)))).toBe(false);
});

describe("refused, and nothing of it stays:", () => {
  test("bytes of another digest", async () => {
    const wanted = digestOf(sample(8));
    expect(await put(wanted, inChunks(sample(5_000)))).toEqual({ ok: false, error: { code: "DIGEST_MISMATCH" } });
    expect(await store.has(wanted)).toBe(false);
    expect(await drafts()).toEqual([]);
  });

  test.each([
    [4_999, "stored"],
    [5_000, "stored"],
    [5_001, "TOO_LARGE"],
  ])("%i bytes where 5000 are allowed: %s", async (length, expected) => {
    const bytes = sample(length);
    const outcome = await put(digestOf(bytes), inChunks(bytes), 5_000);
    expect(outcome.ok ? outcome.value.outcome : outcome.error.code).toBe(expected);
    expect(await drafts()).toEqual([]);
  });

  test("a sender that goes away in the middle; sending it again works", async () => {
    const bytes = sample(5_000);
    async function* broken() {
      yield bytes.subarray(0, 2_000);
      throw new Error("connection lost");
    }
    expect(await put(digestOf(bytes), broken())).toEqual({ ok: false, error: { code: "INTERRUPTED" } });
    expect(await store.has(digestOf(bytes))).toBe(false);
    expect(await drafts()).toEqual([]);
    expect((await put(digestOf(bytes), inChunks(bytes))).ok).toBe(true);
  });
});

test("two racers with the same bytes both arrive, and the bytes are there once and whole", async () => {
  const bytes = sample(200_000);
  const outcomes = await Promise.all([1, 2, 3].map(() => put(digestOf(bytes), inChunks(bytes))));
  expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(await readAll(store, digestOf(bytes))).toEqual(bytes);
  expect(await drafts()).toEqual([]);
});

test("stored bytes are never written again: the second sender is not even read", async () => {
  const bytes = sample(100);
  await put(digestOf(bytes), inChunks(bytes));
  async function* unread(): AsyncGenerator<Uint8Array> {
    expect.unreachable("the source was read");
    yield bytes;
  }
  expect(await put(digestOf(bytes), unread())).toEqual({ ok: true, value: { sizeBytes: 100, outcome: "present" } });
});

test("drafts of dead processes are removed at the start, those of living ones and other machines are not", async () => {
  const other = path.join(directory, "../started");
  const incoming = path.join(other, "incoming");
  await mkdir(incoming, { recursive: true });
  const names = [
    `${hostname()}~999999999~aa`,
    `${hostname()}~${process.pid}~bb`,
    `${hostname()}~1~cc`,
    "elsewhere~999999999~dd",
  ];
  for (const name of names) await writeFile(path.join(incoming, name), "draft");
  await openFileBlobStore({ directory: other, random });
  expect((await readdir(incoming)).sort()).toEqual([names[3], names[2]].sort());
});

/** A disk of 64 KiB; needs root and a kernel that lets us mount. */
const mountTinyDisk = (place: string): boolean => {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", place], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

test("a full disk refuses the blob and loses nothing that was there", async (context) => {
  const disk = path.join(directory, "../disk");
  await mkdir(disk);
  if (!mountTinyDisk(disk)) return context.skip("cannot mount a small disk here");
  try {
    const tiny = await openFileBlobStore({ directory: disk, random });
    const [small, large] = [sample(4_000), sample(200_000)];
    const putTiny = (bytes: Uint8Array) =>
      tiny.put({ digest: digestOf(bytes), source: inChunks(bytes), maxBytes: 1e6 });
    expect((await putTiny(small)).ok).toBe(true);
    expect(await putTiny(large)).toEqual({ ok: false, error: { code: "STORE_FULL" } });
    expect(await readdir(path.join(disk, "incoming"))).toEqual([]);
    expect(await readAll(tiny, digestOf(small))).toEqual(small);
    expect((await putTiny(sample(3_000))).ok).toBe(true);
  } finally {
    execFileSync("umount", [disk]);
  }
});
