// One week in one file (packages/evidence bundle.ts), streamed: sealed files go from the store to the reader in pieces,
// so a week of hundreds of megabytes costs no memory. The manifest before them is canonical JSON, in the order of
// RFC 8785, written piece by piece too.
import { Readable } from "node:stream";
import { type Refusal, refusal } from "@underseal/api";
import { BUNDLE_FORMAT, type BundleManifest, encodeCanonical, type JsonValue } from "@underseal/evidence";
import {
  bytesToBase64Url,
  type ContractId,
  err,
  ok,
  type PersonId,
  type Result,
  SECOND_MS,
  slotStartMs,
} from "@underseal/foundation";
import { transact } from "../platform/postgres/transact.ts";
import { readOwners, readWeek, type WeekContent, type WeekOwners } from "./bundle-content.ts";
import { type LoggedWeek, proveWeek } from "./bundle-proofs.ts";
import { readRounds } from "./bundle-rounds.ts";
import type { EvidenceDeps } from "./ports.ts";
import { slotsOfWeek } from "./weeks.ts";

export interface WeekOfContract {
  readonly contractId: ContractId;
  /** The date of its Monday. */
  readonly week: string;
}

/**
 * The week's bundle, the same for both parties, since whoever verifies it wants the bytes behind every disclosure and
 * receipt. What is sealed to the freelancer alone stays so: the bundle holds ciphertext only.
 */
export const exportWeek = async (
  deps: EvidenceDeps,
  personId: PersonId,
  { contractId, week }: WeekOfContract,
): Promise<Result<Readable, Refusal>> => {
  const slots = slotsOfWeek(week);
  if (slots === null) return err(refusal("NOT_FOUND", "no week begins on this day"));
  const content = await transact(deps.database, { kind: "person", personId }, (transaction) =>
    readWeek(transaction, deps, { contractId, week, slots }),
  );
  if (!content.ok) return content;
  const owners = await readOwners(deps, content.value);
  const logged = await proveWeek(deps, content.value, owners);
  if (logged === null) return err(refusal("UNAVAILABLE", "some statements are in no published checkpoint yet"));
  const rounds = await readRounds(deps.beacon, content.value);
  if (rounds === null) return err(refusal("UNAVAILABLE", "some rounds of the beacon are not at hand"));
  for (const { digest } of content.value.blobs) {
    if (!(await deps.blobs.has(digest))) return err(refusal("UNAVAILABLE", "a sealed file is not at hand"));
  }
  const parts = { content: content.value, owners, logged, rounds };
  return ok(Readable.from(bundlePieces(deps, parts), { objectMode: false }));
};

interface BundleParts {
  readonly content: WeekContent;
  readonly owners: WeekOwners;
  readonly logged: LoggedWeek;
  readonly rounds: BundleManifest["rounds"];
}

async function* bundlePieces(
  { blobs: store }: Pick<EvidenceDeps, "blobs">,
  parts: BundleParts,
): AsyncGenerator<Uint8Array> {
  yield* manifestPieces(parts);
  yield Uint8Array.of(0);
  for (const { digest } of parts.content.blobs) {
    const bytes = await store.get(digest);
    if (bytes === null) throw new Error("a sealed file disappeared while it was exported");
    yield* bytes;
  }
}

/** The fields of a manifest, each with its items, in canonical order. */
function* manifestPieces({ content, owners, logged, rounds }: BundleParts): Generator<Uint8Array> {
  const { contractId, slots, records, blobs, acknowledgements, conflicts } = content;
  const fields: readonly (readonly [keyof BundleManifest, string | number | readonly JsonValue[]])[] = [
    ["accounts", owners.accounts],
    ["acknowledgements", acknowledgements],
    ["blobs", blobs.map(({ digest, sizeBytes }) => ({ bytes: sizeBytes, digest: bytesToBase64Url(digest) }))],
    ["conflicts", conflicts],
    ["consistency", logged.consistency],
    ["contract", contractId],
    ["devices", owners.devices.map(({ certificate }) => certificate)],
    ["format", BUNDLE_FORMAT],
    ["receipts", blobs.map(({ receipt }) => receipt)],
    ["records", records.map(({ envelope, arrival }, i) => ({ envelope, arrival, proof: logged.records[i] ?? "" }))],
    ["revocations", logged.revocations],
    ["rounds", rounds],
    ["terms", logged.terms],
    ["week", slotStartMs(slots.from) / SECOND_MS],
    ["weekStatements", logged.weekStatements],
  ];
  let before = "{";
  for (const [name, value] of fields) {
    yield Buffer.from(`${before}"${name}":`);
    if (typeof value === "object") yield* listPieces(value);
    else yield encodeCanonical(value);
    before = ",";
  }
  yield Buffer.from("}");
}

function* listPieces(items: readonly JsonValue[]): Generator<Uint8Array> {
  let before = "[";
  for (const item of items) {
    yield Buffer.from(before);
    yield encodeCanonical(item);
    before = ",";
  }
  yield Buffer.from(before === "[" ? "[]" : "]");
}
