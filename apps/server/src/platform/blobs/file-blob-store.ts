import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { assert, bytesToHex, equalBytes, err, ok, type Random, type Result } from "@underseal/foundation";
import { isProcessAlive, syncDirectory, systemErrorCode } from "../files.ts";
import type { BlobError, BlobStore, BlobToStore, StoredBlob } from "./blob-store.ts";

/*
 * Blobs as files: incoming/ (being received), aa/bb/<digest in hexadecimal>. A blob is written under a draft name,
 * its bytes synced, then renamed, then the names synced: whoever sees a blob sees all of it, also after a power
 * cut. Hexadecimal, because some file systems do not tell upper from lower case.
 */

interface FileBlobStoreOptions {
  readonly directory: string;
  readonly random: Random;
}

/** Makes the directory and removes drafts that died with an earlier process. One store per directory and process. */
export const openFileBlobStore = async (options: FileBlobStoreOptions): Promise<BlobStore> => {
  const incomingDir = path.join(options.directory, "incoming");
  await mkdir(incomingDir, { recursive: true, mode: 0o700 });
  await removeAbandonedDrafts(incomingDir);
  const place = (digest: Uint8Array) => placeOf(options.directory, digest);
  return {
    put: (blob) => put(blob, { ...options, incomingDir }),
    get: async (digest) => {
      const handle = await open(place(digest).file, "r").catch(nullIfMissing);
      return handle === null ? null : createReadStream("", { fd: handle });
    },
    has: (digest) =>
      access(place(digest).file).then(
        () => true,
        () => false,
      ),
  };
};

interface Place {
  readonly outerDir: string;
  readonly innerDir: string;
  readonly file: string;
}

const DIGEST_BYTES = 32;

const placeOf = (directory: string, digest: Uint8Array): Place => {
  assert(digest.length === DIGEST_BYTES, "a digest has 32 bytes");
  const hex = bytesToHex(digest);
  const outerDir = path.join(directory, hex.slice(0, 2));
  const innerDir = path.join(outerDir, hex.slice(2, 4));
  return { outerDir, innerDir, file: path.join(innerDir, hex) };
};

interface PutOptions extends FileBlobStoreOptions {
  readonly incomingDir: string;
}

const put = async (blob: BlobToStore, options: PutOptions): Promise<Result<StoredBlob, BlobError>> => {
  const place = placeOf(options.directory, blob.digest);
  const present = await stat(place.file).catch(nullIfMissing);
  if (present !== null) {
    // Another request may have renamed it a moment ago without having synced the name yet.
    await syncDirectory(place.innerDir);
    return ok({ sizeBytes: present.size, outcome: "present" });
  }
  const draftFile = path.join(options.incomingDir, draftName(options.random));
  try {
    const received = await receive(draftFile, blob);
    if (!received.ok) return received;
    await settle(draftFile, place, options.directory);
    return ok({ sizeBytes: received.value, outcome: "stored" });
  } catch (error) {
    if (isFull(error)) return err({ code: "STORE_FULL" });
    throw error;
  } finally {
    await rm(draftFile, { force: true });
  }
};

/** Writes the draft while counting and hashing it; answers its length. */
const receive = async (draftFile: string, blob: BlobToStore): Promise<Result<number, BlobError>> => {
  const handle = await open(draftFile, "wx", 0o600);
  try {
    const hash = createHash("sha256");
    let sizeBytes = 0;
    const chunks = blob.source[Symbol.asyncIterator]();
    for (;;) {
      const next = await chunks.next().catch(() => "interrupted" as const);
      if (next === "interrupted") return err({ code: "INTERRUPTED" });
      if (next.done) break;
      sizeBytes += next.value.length;
      if (sizeBytes > blob.maxBytes) {
        await chunks.return?.();
        return err({ code: "TOO_LARGE" });
      }
      hash.update(next.value);
      await writeWhole(handle, next.value);
    }
    if (!equalBytes(hash.digest(), blob.digest)) return err({ code: "DIGEST_MISMATCH" });
    await handle.datasync();
    return ok(sizeBytes);
  } finally {
    await handle.close();
  }
};

const writeWhole = async (handle: FileHandle, chunk: Uint8Array): Promise<void> => {
  let written = 0;
  while (written < chunk.length) written += (await handle.write(chunk, written)).bytesWritten;
};

const settle = async (draftFile: string, place: Place, directory: string): Promise<void> => {
  const made = await mkdir(place.innerDir, { recursive: true, mode: 0o700 });
  await rename(draftFile, place.file);
  await syncDirectory(place.innerDir);
  if (made === undefined) return;
  await syncDirectory(place.outerDir);
  await syncDirectory(directory);
};

const isFull = (error: unknown): boolean => ["ENOSPC", "EDQUOT"].includes(systemErrorCode(error) ?? "");

const nullIfMissing = (error: unknown): null => {
  if (systemErrorCode(error) === "ENOENT") return null;
  throw error;
};

const draftName = (random: Random): string => `${hostname()}~${process.pid}~${bytesToHex(random.bytes(8))}`;

const removeAbandonedDrafts = async (incomingDir: string): Promise<void> => {
  for (const name of await readdir(incomingDir)) {
    const [host, pid] = name.split("~");
    if (host !== hostname()) continue;
    // Our own number means an earlier process that had it: this one has not received anything yet.
    if (Number(pid) !== process.pid && isProcessAlive(Number(pid))) continue;
    await rm(path.join(incomingDir, name), { force: true });
  }
};
