// A whole capture again, from the two files of its disclosure: what its author needs to open chosen leaves of it to
// an arbiter (protocol §9). Decrypts, so the server and the verifier must not reach it.
import { base64UrlToBytes, equalBytes, err, ok, type Redacted, type Result, reveal } from "@underseal/foundation";
import type { DisclosedRecords, Picture } from "./check.ts";
import { encodeCanonical } from "./json.ts";
import { type LeafState, leafStates } from "./map.ts";
import { type OpenError, type OpenedSecret, openSecret, openVisible } from "./open.ts";
import { TILE_BYTES } from "./tiles.ts";
import { buildTree, type EvidenceTree, FIRST_TILE_INDEX, type Leaf, leafKinds } from "./tree.ts";

export interface ReopenedCapture {
  readonly tree: EvidenceTree;
  readonly leaves: readonly Leaf[];
  readonly secret: Redacted<Uint8Array>;
}

export interface DisclosedFiles {
  readonly visible: Uint8Array;
  readonly hidden: Uint8Array;
}

/** Opens both files with their author's identity, and puts the tree together that the capture committed to. */
export const reopenCapture = async (
  { visible, hidden }: DisclosedFiles,
  identity: Redacted<string>,
  records: DisclosedRecords,
): Promise<Result<ReopenedCapture, OpenError>> => {
  const picture = await openVisible(visible, identity, records);
  if (!picture.ok) return picture;
  const withheld = await openSecret(hidden, identity);
  if (!withheld.ok) return withheld;
  const leaves = joinLeaves(picture.value, withheld.value, records.treeSize);
  if (leaves === null) return err({ code: "MANIFEST", detail: "the hidden file does not hold what the map withholds" });
  const { secret } = withheld.value;
  const tree = buildTree(reveal(secret), leaves);
  return equalBytes(tree.root, base64UrlToBytes(records.capture.root) ?? new Uint8Array())
    ? ok({ tree, leaves, secret })
    : err({ code: "ROOT", detail: "both files together do not add up to the root that was signed" });
};

/** `null` where the withheld payloads are not of the size that the map asks for. */
const joinLeaves = (picture: Picture, { payload }: OpenedSecret, treeSize: number): Leaf[] | null => {
  const withheldTiles = picture.tiles.filter(({ state }) => state === leafStates.redacted).length;
  const contextBytes = payload.length - withheldTiles * TILE_BYTES;
  const isContextHere = picture.context === null;
  if (contextBytes < 0 || (!isContextHere && contextBytes > 0)) return null;
  let offset = contextBytes;
  const tileLeaf = ({ state, rgb }: { readonly state: LeafState; readonly rgb: Uint8Array | null }): Leaf => {
    if (state === leafStates.masked) return { kind: leafKinds.masked, payload: EMPTY };
    if (rgb !== null) return { kind: leafKinds.pixels, payload: rgb };
    offset += TILE_BYTES;
    return { kind: leafKinds.pixels, payload: payload.subarray(offset - TILE_BYTES, offset) };
  };
  const { header, context, tiles } = picture;
  const padding = treeSize - FIRST_TILE_INDEX - tiles.length;
  return [
    { kind: leafKinds.header, payload: encodeCanonical(header) },
    {
      kind: leafKinds.context,
      payload: context === null ? payload.subarray(0, contextBytes) : encodeCanonical(context),
    },
    ...tiles.map(tileLeaf),
    ...Array.from({ length: padding }, () => ({ kind: leafKinds.padding, payload: EMPTY })),
  ];
};

const EMPTY = new Uint8Array();
