// What the opened leaves are, by their place in the tree (protocol §4).
import { CONTEXT_INDEX, HEADER_INDEX, leafKinds, type OpenedLeaf, TILE_BYTES } from "@underseal/evidence";
import { base64ToBytes } from "@underseal/foundation";

export type OpenedKind = keyof typeof leafKinds;

export interface OpenedLeafSummary {
  readonly index: number;
  readonly kind: OpenedKind;
  readonly bytes: number;
}

/** `null` where a leaf's kind or size does not belong in its place. */
export const describeLeaves = (leaves: readonly OpenedLeaf[]): readonly OpenedLeafSummary[] | null => {
  const summaries = leaves.map(({ index, kind, payload }) => ({
    index,
    kind: nameOf(kind),
    bytes: base64ToBytes(payload)?.length ?? 0,
  }));
  return summaries.every(isFit) ? summaries : null;
};

const names = new Map<number, OpenedKind>([
  [leafKinds.header, "header"],
  [leafKinds.context, "context"],
  [leafKinds.pixels, "pixels"],
  [leafKinds.masked, "masked"],
  [leafKinds.padding, "padding"],
]);

const nameOf = (kind: number): OpenedKind => names.get(kind) ?? "padding";

const isFit = ({ index, kind, bytes }: OpenedLeafSummary): boolean => {
  if ((index === HEADER_INDEX) !== (kind === "header")) return false;
  if ((index === CONTEXT_INDEX) !== (kind === "context")) return false;
  if (kind === "pixels") return bytes === TILE_BYTES;
  return kind === "masked" || kind === "padding" ? bytes === 0 : true;
};
