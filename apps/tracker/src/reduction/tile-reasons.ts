// Why single tiles of a picture are withheld: codes of a closed list, never what was found. They stay on the device,
// for the review.
import { boxesToTiles, fillGroups, type Hidden, type Reason, reasons, type TileGrid } from "@underseal/redaction";

// From the lightest to the gravest of those that are not locked, then of those that are.
export const tileReasons = {
  filled: { sentence: "lies between hidden areas", locked: false },
  byHand: { sentence: "shows what you have hidden before", locked: false },
  ...reasons,
  unseen: { sentence: "could not be looked at", locked: true },
} as const satisfies Readonly<Record<string, Reason>>;

export type TileReason = keyof typeof tileReasons;

/** Row-major indexes of tiles, each with at least one reason, the gravest first. */
export type TileReasons = ReadonlyMap<number, readonly TileReason[]>;

const GRAVITY = new Map(Object.keys(tileReasons).map((code, index) => [code, index]));

export const isTileReason = (code: string): code is TileReason => GRAVITY.has(code);

/** A tile in the margin of an area is withheld for what is in that area: boxes may be a little short. */
export const reasonsOfHidden = (
  hidden: readonly Hidden[],
  { columns, rows, tilePx }: TileGrid & { readonly tilePx: number },
): TileReasons => {
  const found = new Map<number, ReadonlySet<TileReason>>();
  for (const { box, reason } of hidden) {
    for (const tile of boxesToTiles({ boxes: [box], columns, rows, tilePx })) {
      found.set(tile, new Set(found.get(tile)).add(reason));
    }
  }
  const sorted = [...found].map(([tile, codes]) => [tile, [...codes].sort(byGravity)] as const);
  return fillReasons(new Map(sorted), { columns, rows });
};

/** Fills groups to their rectangles. */
export const fillReasons = (known: TileReasons, grid: TileGrid): TileReasons =>
  new Map([...fillGroups(new Set(known.keys()), grid)].map((tile) => [tile, known.get(tile) ?? ["filled"]]));

/** More tiles, withheld for what the freelancer had hidden before. */
export const addByHand = (known: TileReasons, tiles: readonly number[], grid: TileGrid): TileReasons =>
  fillReasons(new Map([...tiles.map((tile) => [tile, ["byHand"]] as const), ...known]), grid);

const byGravity = (a: TileReason, b: TileReason): number => gravityOf(b) - gravityOf(a);

const gravityOf = (code: TileReason): number => GRAVITY.get(code) ?? 0;
