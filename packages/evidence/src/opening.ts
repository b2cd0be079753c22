// Chosen leaves of one capture with their proof (protocol §9): what an arbiter is shown of a dispute, and what an
// outsider can check. It carries the salts of the leaves it opens and nothing that helps to guess another one.
import {
  assert,
  base64ToBytes,
  base64UrlToBytes,
  bytesToBase64,
  bytesToBase64Url,
  err,
  ok,
  type Redacted,
  type Result,
  reveal,
} from "@underseal/foundation";
import { z } from "zod";
import { envelopeSchema } from "./envelope.ts";
import { encodeCanonical, parseCanonical } from "./json.ts";
import {
  closedSubtrees,
  type EvidenceTree,
  joinHashes,
  type Leaf,
  leafHash,
  leafKinds,
  rootOfOpening,
  saltKeyOf,
  saltOf,
  splitHashes,
} from "./tree.ts";

export const OPENING_FORMAT = "underseal-opening/1";
/** A whole desktop of 4,096 tiles would be larger: openings are samples. */
export const OPENING_MAX_BYTES = 32 * 1024 * 1024;
const LEAVES_MAX = 2_048;
const PAYLOAD_MAX_CHARACTERS = 32_768;
const PROOF_MAX_CHARACTERS = 64 * 1024;
const TREE_DEPTH_MAX = 12;

const base64Url = (maxBytes: number) =>
  z
    .string()
    .max(Math.ceil((maxBytes * 4) / 3))
    .refine((text) => base64UrlToBytes(text) !== null, "not base64url");

const openedLeafSchema = z.strictObject({
  index: z.int().min(0).max(4_095),
  kind: z.union(Object.values(leafKinds).map((kind) => z.literal(kind))),
  payload: z
    .string()
    .max(PAYLOAD_MAX_CHARACTERS)
    .refine((text) => base64ToBytes(text) !== null, "not canonical base64"),
  salt: base64Url(32).refine((text) => base64UrlToBytes(text)?.length === 32, "not a salt"),
});

export const openingSchema = z.strictObject({
  format: z.literal(OPENING_FORMAT),
  /** The terms that the capture names: they hold the freelancer's key, the size of the tree and the log. */
  terms: envelopeSchema,
  /** The certificate of the device that made the capture. */
  device: envelopeSchema,
  capture: envelopeSchema,
  arrival: envelopeSchema,
  /** The capture's place in the log. */
  proof: z.string().max(PROOF_MAX_CHARACTERS),
  /** The opened leaves, ascending by index. */
  leaves: z.array(openedLeafSchema).min(1).max(LEAVES_MAX),
  /** Hashes of the maximal subtrees without an opened leaf, left to right. */
  closed: base64Url(LEAVES_MAX * TREE_DEPTH_MAX * 32),
});

export type Opening = z.infer<typeof openingSchema>;
export type OpenedLeaf = Opening["leaves"][number];

/** The leaves at these places with their salts, and what else leads to the root. */
export const openLeaves = (
  {
    tree,
    leaves,
    secret,
  }: { readonly tree: EvidenceTree; readonly leaves: readonly Leaf[]; readonly secret: Redacted<Uint8Array> },
  indexes: readonly number[],
): Pick<Opening, "leaves" | "closed"> => {
  const opened = new Set(indexes);
  const saltKey = saltKeyOf(reveal(secret));
  return {
    leaves: [...opened]
      .toSorted((a, b) => a - b)
      .map((index) => {
        const leaf = leaves[index];
        assert(leaf !== undefined, "the tree has this leaf");
        const salt = bytesToBase64Url(saltOf(saltKey, index));
        return { index, kind: leaf.kind, payload: bytesToBase64(leaf.payload), salt };
      }),
    closed: bytesToBase64Url(joinHashes(closedSubtrees(tree, (index) => opened.has(index)))),
  };
};

export const encodeOpening = (opening: Opening): Uint8Array => encodeCanonical(opening);

/** Form only: canonical bytes, schema, ascending leaves. */
export const readOpening = (bytes: Uint8Array): Result<Opening, "OPENING_MALFORMED"> => {
  const json = parseCanonical(bytes, { maxBytes: OPENING_MAX_BYTES });
  const opening = json.ok ? openingSchema.safeParse(json.value) : null;
  if (opening?.success !== true) return err("OPENING_MALFORMED");
  const isAscending = opening.data.leaves.every(({ index }, i, all) => i === 0 || index > (all[i - 1]?.index ?? -1));
  return isAscending ? ok(opening.data) : err("OPENING_MALFORMED");
};

/** The root that the opened leaves and closed subtrees lead to, in a tree of `treeSize` leaves. */
export const rootOfLeaves = (
  { leaves, closed }: Pick<Opening, "leaves" | "closed">,
  treeSize: number,
): Result<Uint8Array, "ROOT"> => {
  const hashes = splitHashes(base64UrlToBytes(closed) ?? new Uint8Array(1));
  if (hashes === null || leaves.some(({ index }) => index >= treeSize)) return err("ROOT");
  const opened = new Map(
    leaves.map(({ index, kind, payload, salt }) => {
      const leaf = { kind, payload: base64ToBytes(payload) ?? new Uint8Array() };
      return [index, leafHash(base64UrlToBytes(salt) ?? new Uint8Array(), index, leaf)];
    }),
  );
  return rootOfOpening({ size: treeSize, opened, closed: hashes });
};
