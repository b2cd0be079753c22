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
    forEachRow(frame, index, columns, (framePart, offset) => tile.set(frame.rgb.subarray(...framePart), offset));
    return tile;
  });
};

/** Draws one tile into a picture at its place. */
export const drawTile = (frame: Frame, index: number, tile: Uint8Array): void => {
  forEachRow(frame, index, gridOf(frame).columns, ([from, to], offset) =>
    frame.rgb.set(tile.subarray(offset, offset + to - from), from),
  );
};

const forEachRow = (
  { width, height }: Frame,
  index: number,
  columns: number,
  visit: (framePart: readonly [number, number], tileOffset: number) => void,
): void => {
  const x = (index % columns) * TILE_PX;
  const y = Math.floor(index / columns) * TILE_PX;
  const span = Math.min(TILE_PX, width - x);
  for (let row = 0; row < TILE_PX && y + row < height; row += 1) {
    const from = ((y + row) * width + x) * 3;
    visit([from, from + span * 3], row * TILE_PX * 3);
  }
};
