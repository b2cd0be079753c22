export { BOXES_MAX, detectTextBoxes } from "./detect.ts";
export type { RedactionError } from "./errors.ts";
export {
  type FoundHidden,
  findHidden,
  type Policy,
  type RedactionDeps,
  type RedactionSettings,
} from "./find-hidden.ts";
export { IMAGE_PIXELS_MAX, isRgbImage, type RgbImage, shrinkImage } from "./image.ts";
export { type DetectionModel, loadDetectionModel } from "./model.ts";
export { boundingRect, overlaps, type Rect } from "./rect.ts";
export { boxesToTiles, fillGroups, groupsOf, type TileGrid } from "./tiles.ts";
