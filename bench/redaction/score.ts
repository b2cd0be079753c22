// How well a redaction hid what it had to, and how much else it hid. Pure. It does not round in our favour: boxes count
// as they are, without a margin and without bridging gaps between them.
import { boxesToTiles, groupsOf, type Rect } from "@underseal/redaction";
import type { ItemClass } from "./items.ts";
import type { TrueItem, Truth } from "./truth.ts";

/** Of the worst line of an item: below this much covered, it is leaked. */
export const LEAKED_BELOW = 0.5;
/** Below this much, and not leaked, it is partly shown. */
export const PARTIAL_BELOW = 0.95;
/** An ordinary word of which more than this is covered is hidden. */
const HIDDEN_ABOVE = 0.5;
export const TILE_PX = 64;

export interface ItemScore {
  readonly itemClass: ItemClass;
  readonly text: string;
  readonly covered: number;
  readonly coveredByTiles: number;
}

export interface ScreenScore {
  readonly items: readonly ItemScore[];
  readonly words: number;
  readonly wordsHidden: number;
  readonly wordsHiddenByTiles: number;
  readonly tiles: number;
  readonly tilesHidden: number;
}

export const scoreScreen = (truth: Truth, boxes: readonly Rect[]): ScreenScore => {
  const grid = { columns: Math.ceil(truth.width / TILE_PX), rows: Math.ceil(truth.height / TILE_PX) };
  const hidden = boxesToTiles({ boxes, ...grid, tilePx: TILE_PX });
  // Hidden tiles form whole rectangles, of which there are far fewer than tiles.
  const areas = groupsOf(hidden, grid).map(({ x, y, width, height }) => ({
    ...{ x: x * TILE_PX, y: y * TILE_PX, width: width * TILE_PX, height: height * TILE_PX },
  }));
  const words = truth.words.filter(({ ordinary }) => ordinary);
  const countHidden = (by: readonly Rect[]): number =>
    words.filter(({ box }) => coverageOf(coreOf(box), by) > HIDDEN_ABOVE).length;
  return {
    items: truth.items.map((item) => ({
      ...{ itemClass: item.itemClass, text: item.text },
      ...{ covered: coverageOfItem(item, boxes), coveredByTiles: coverageOfItem(item, areas) },
    })),
    ...{ words: words.length, wordsHidden: countHidden(boxes), wordsHiddenByTiles: countHidden(areas) },
    ...{ tiles: grid.columns * grid.rows, tilesHidden: hidden.size },
  };
};

/** Of its worst line: an address of which one line is readable is not half hidden. */
export const coverageOfItem = ({ itemClass, boxes }: TrueItem, by: readonly Rect[]): number =>
  Math.min(...boxes.map((box) => coverageOf(itemClass === "code" ? box : coreOf(box), by)));

/** The half of a line's height in which its letters have their bodies: without it, a line cannot be read. */
export const coreOf = ({ x, y, width, height }: Rect): Rect => ({ x, y: y + height / 4, width, height: height / 2 });

/** The share of an area that boxes cover, however they overlap: slab by slab between their left and right edges. */
export const coverageOf = (area: Rect, boxes: readonly Rect[]): number => {
  const cut = boxes.flatMap((box) => cutTo(area, box));
  const edges = [...new Set(cut.flatMap(({ x, width }) => [x, x + width]))].sort((a, b) => a - b);
  let covered = 0;
  for (const [index, left] of edges.entries()) {
    const right = edges[index + 1];
    if (right === undefined) break;
    const across = cut.filter(({ x, width }) => x <= left && x + width >= right);
    covered += (right - left) * heightOf(across);
  }
  return covered / (area.width * area.height);
};

const cutTo = (area: Rect, box: Rect): readonly Rect[] => {
  const x = Math.max(area.x, box.x);
  const y = Math.max(area.y, box.y);
  const width = Math.min(area.x + area.width, box.x + box.width) - x;
  const height = Math.min(area.y + area.height, box.y + box.height) - y;
  return width > 0 && height > 0 ? [{ x, y, width, height }] : [];
};

/** How much of the vertical the boxes cover together. */
const heightOf = (boxes: readonly Rect[]): number => {
  let reached = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const { y, height } of boxes.toSorted((a, b) => a.y - b.y)) {
    sum += Math.max(0, y + height - Math.max(y, reached));
    reached = Math.max(reached, y + height);
  }
  return sum;
};

/** Wilson's interval: where the true share is, with 95 % confidence, when `count` of `total` were seen. */
export const wilson = (count: number, total: number): { readonly low: number; readonly high: number } => {
  if (total === 0) return { low: 0, high: 1 };
  const z = 1.96;
  const share = count / total;
  const centre = share + (z * z) / (2 * total);
  const spread = z * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total));
  const scale = 1 + (z * z) / total;
  return { low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
};
