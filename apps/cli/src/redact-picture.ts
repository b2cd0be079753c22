// PNG files to plain pixels and back. Pixels under a hidden area are overwritten before anything is encoded.
import { equalBytes, err, ok, type Result } from "@underseal/foundation";
import { IMAGE_PIXELS_MAX, isRgbImage, type Rect, type RgbImage } from "@underseal/redaction";
import sharp from "sharp";

/** `message` completes "… cannot be redacted: ". */
export interface PictureFault {
  readonly message: string;
}

const NOT_A_PICTURE = "it is not a whole PNG; save it again, or convert it to one";

const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Eight bits a colour, sRGB, transparent parts on white. What is too large is refused before it is decoded. */
export const decodePng = async (bytes: Uint8Array): Promise<Result<RgbImage, PictureFault>> => {
  // The library has readers for dozens of forms; none but this one is given what a stranger may have made.
  if (!equalBytes(bytes.subarray(0, PNG_SIGNATURE.length), PNG_SIGNATURE)) return err({ message: NOT_A_PICTURE });
  try {
    const { width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (width * height > IMAGE_PIXELS_MAX) {
      const message = `${width} × ${height} pixels are more than the ${IMAGE_PIXELS_MAX} that can be looked at; cut it`;
      return err({ message });
    }
    const { data, info } = await sharp(bytes, { limitInputPixels: IMAGE_PIXELS_MAX, failOn: "warning" })
      .flatten({ background: "#ffffff" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    const image = { rgb: data, width: info.width, height: info.height };
    return isRgbImage(image) ? ok(image) : err({ message: NOT_A_PICTURE });
  } catch {
    // What the library says names its own functions, and nothing more to do.
    return err({ message: NOT_A_PICTURE });
  }
};

export const encodePng = ({ rgb, width, height }: RgbImage): Promise<Uint8Array> =>
  sharp(rgb, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();

/** Overwrites the areas in the picture itself; what sticks out of it is cut. */
export const blacken = ({ rgb, width, height }: RgbImage, areas: readonly Rect[]): void => {
  for (const area of areas) {
    const left = Math.min(width, area.x);
    const right = Math.min(width, area.x + area.width);
    for (let y = area.y; y < Math.min(height, area.y + area.height); y += 1) {
      rgb.fill(0, (y * width + left) * 3, (y * width + right) * 3);
    }
  }
};
