// The tiles of a virtual desktop. One that has too many for the evidence tree is halved until it fits; `cellPx` is
// what one tile covers on the unscaled desktop.
import { assert } from "@underseal/foundation";
import type { RgbImage } from "@underseal/redaction";

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly scale: number;
  readonly cellPx: number;
}

export const fitGrid = (
  { width, height }: RgbImage,
  { tilePx, tilesMax }: { readonly tilePx: number; readonly tilesMax: number },
): Grid => {
  assert(Number.isInteger(tilePx) && tilePx > 0 && tilesMax >= 1, "a tile has a size and the tree room for one");
  for (let scale = 1; ; scale *= 2) {
    const cellPx = tilePx * scale;
    const columns = Math.ceil(width / cellPx);
    const rows = Math.ceil(height / cellPx);
    // In the end one tile covers everything, so this ends.
    if (columns * rows <= tilesMax) return { columns, rows, scale, cellPx };
  }
};

/** Overwrites the tiles in the picture itself, so that no copy with their pixels is left. */
export const zeroTiles = (
  { rgb, width, height }: RgbImage,
  { columns, cellPx }: Grid,
  tiles: readonly number[],
): void => {
  for (const tile of tiles) {
    const left = (tile % columns) * cellPx;
    const right = Math.min(width, left + cellPx);
    const top = Math.floor(tile / columns) * cellPx;
    for (let y = top; y < Math.min(height, top + cellPx); y += 1)
      rgb.fill(0, (y * width + left) * 3, (y * width + right) * 3);
  }
};
