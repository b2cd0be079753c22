import { assert } from "@underseal/foundation";

export const TILE_PX = 64;
export const TILE_BYTES = TILE_PX * TILE_PX * 3;

/** An RGB picture, row-major, three bytes a pixel. */
export interface Frame {
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

export interface Grid {
  readonly columns: number;
  readonly rows: number;
}

export const gridOf = ({ width, height }: { readonly width: number; readonly height: number }): Grid => ({
  columns: Math.ceil(width / TILE_PX),
  rows: Math.ceil(height / TILE_PX),
});

/** Cuts a picture into 64×64 RGB tiles, row-major, zero-padded at the right and lower edge. */
export const frameToTiles = (frame: Frame): Uint8Array[] => {
  assert(frame.rgb.length === frame.width * frame.height * 3, "a frame holds three bytes a pixel");
  const { columns, rows } = gridOf(frame);
  return Array.from({ length: columns * rows }, (_, index) => {
    const tile = new Uint8Array(TILE_BYTES);
    const { from, spanBytes, lines } = placeOf(frame, index);
    for (let line = 0; line < lines; line += 1) {
      const at = from + line * frame.width * 3;
      tile.set(frame.rgb.subarray(at, at + spanBytes), line * TILE_PX * 3);
    }
    return tile;
  });
};

/** Draws one tile into a picture at its place. */
export const drawTile = (frame: Frame, index: number, tile: Uint8Array): void => {
  const { from, spanBytes, lines } = placeOf(frame, index);
  for (let line = 0; line < lines; line += 1) {
    const at = line * TILE_PX * 3;
    frame.rgb.set(tile.subarray(at, at + spanBytes), from + line * frame.width * 3);
  }
};

/** Where a tile begins in the picture, and how much of it is inside. */
const placeOf = ({ width, height }: Frame, index: number) => {
  const columns = Math.ceil(width / TILE_PX);
  const x = (index % columns) * TILE_PX;
  const y = Math.floor(index / columns) * TILE_PX;
  return {
    from: (y * width + x) * 3,
    spanBytes: Math.min(TILE_PX, width - x) * 3,
    lines: Math.min(TILE_PX, height - y),
  };
};
