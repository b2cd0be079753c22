// The sealed files. The verifier cannot open them; it holds them to their digests and sizes, and the platform to a
// receipt for each.
import { isSignedBy, type Statement, sha256 } from "@underseal/evidence";
import { equalBytes, ok, type Result } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle, SealedFile } from "./parse.ts";
import type { TermsByHash } from "./terms.ts";
import type { Week } from "./week.ts";

type Checked = Result<void, VerificationFailure>;

export const checkBlobs = (bundle: ParsedBundle, week: Week, terms: TermsByHash): Checked => {
  const sizes = readFiles(bundle.blobs);
  if (!sizes.ok) return sizes;
  const named = checkDisclosed(week, sizes.value);
  if (!named.ok) return named;
  if (bundle.blobs.some(({ digest }) => !named.value.has(digest))) return refuse("BLOB_UNUSED");
  return checkReceipts(bundle, sizes.value, terms);
};

/** Sizes by digest. */
const readFiles = (blobs: readonly SealedFile[]): Result<ReadonlyMap<string, number>, VerificationFailure> => {
  const sizes = new Map<string, number>();
  let before = "";
  for (const { digest, bytes } of blobs) {
    if (digest <= before) return refuse("BLOB_ORDER");
    if (!equalBytes(sha256(bytes), bytesOf(digest))) return refuse("BLOB_DIGEST_MISMATCH");
    sizes.set(digest, bytes.length);
    before = digest;
  }
  return ok(sizes);
};

/** The digests that disclosures of the week name. */
const checkDisclosed = (
  week: Week,
  sizes: ReadonlyMap<string, number>,
): Result<ReadonlySet<string>, VerificationFailure> => {
  const named = new Set<string>();
  for (const disclosure of week.captures.flatMap(({ disclosures }) => disclosures)) {
    // Where the profile uploads nothing, a disclosure names no file.
    const files = [disclosure.body.visible, disclosure.body.hidden].filter((file) => file !== undefined);
    for (const { digest, bytes } of files) {
      const size = sizes.get(digest);
      if (size === undefined) return refuse("BLOB_MISSING", disclosure);
      if (size !== bytes) return refuse("BLOB_SIZE_MISMATCH", disclosure);
      named.add(digest);
    }
  }
  return ok(named);
};

const checkReceipts = (bundle: ParsedBundle, sizes: ReadonlyMap<string, number>, terms: TermsByHash): Checked => {
  const platformKeys = [...terms.values()].map(({ platformKey }) => platformKey);
  const received = new Set<string>();
  for (const receipt of bundle.receipts) {
    const { digest, bytes } = receipt.body;
    if (!isSignedByPlatform(receipt, bundle.contract, platformKeys))
      return refuse("RECEIPT_SIGNATURE_INVALID", receipt);
    if (received.has(digest) || !sizes.has(digest)) return refuse("RECEIPT_UNUSED", receipt);
    if (sizes.get(digest) !== bytes) return refuse("BLOB_SIZE_MISMATCH", receipt);
    received.add(digest);
  }
  return received.size === sizes.size ? ok(undefined) : refuse("RECEIPT_MISSING");
};

const isSignedByPlatform = (receipt: Statement<"receipt">, contract: string, keys: readonly Uint8Array[]): boolean =>
  receipt.body.contract === contract && keys.some((key) => isSignedBy(receipt, [key]));
