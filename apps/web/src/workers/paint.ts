import { drawTile, type Frame, type Picture, TILE_BYTES } from "@underseal/evidence";

const OPAQUE = 255;
const SHOWN = 1;

/** RGBA pixels of a verified picture. Tiles that are not shown stay transparent: there is nothing to blur. */
export const paintPicture = ({ header, tiles }: Pick<Picture, "header" | "tiles">): ImageData => {
  const { width, height } = header;
  const colours: Frame = { rgb: new Uint8Array(width * height * 3), width, height };
  // Drawn with the same function as the colours, so that a tile's edge is the same in both.
  const shown: Frame = { rgb: new Uint8Array(width * height * 3), width, height };
  const marks = new Uint8Array(TILE_BYTES).fill(SHOWN);
  for (const [index, { rgb }] of tiles.entries()) {
    if (rgb === null) continue;
    drawTile(colours, index, rgb);
    drawTile(shown, index, marks);
  }
  const image = new ImageData(width, height);
  copyShown(image.data, colours.rgb, shown.rgb);
  return image;
};

const copyShown = (rgba: Uint8ClampedArray, rgb: Uint8Array, shown: Uint8Array): void => {
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    if (shown[from] !== SHOWN) continue;
    rgba[to] = rgb[from] ?? 0;
    rgba[to + 1] = rgb[from + 1] ?? 0;
    rgba[to + 2] = rgb[from + 2] ?? 0;
    rgba[to + 3] = OPAQUE;
  }
};

/** The bitmap to hand to the page, scaled down where the page asks for less. */
export const bitmapOf = (image: ImageData, widthMaxPx: number): Promise<ImageBitmap> =>
  image.width <= widthMaxPx
    ? createImageBitmap(image)
    : createImageBitmap(image, { resizeWidth: widthMaxPx, resizeQuality: "high" });
