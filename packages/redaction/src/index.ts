export { BOXES_MAX, detectText } from "./detect.ts";
export type { RedactionError } from "./errors.ts";
export { type FoundHidden, findHidden, type RedactionDeps } from "./find-hidden.ts";
export { type Policy, policies, type RedactionSettings } from "./hide-text.ts";
export { IMAGE_PIXELS_MAX, isRgbImage, type RgbImage, shrinkImage } from "./image.ts";
export { isLanguage, type Language, languages } from "./languages.ts";
export { type DetectionModel, loadDetectionModel } from "./model.ts";
export { readLines, type WordsOfLines } from "./reader.ts";
export { type Hidden, type Reason, type ReasonCode, reasons } from "./reasons.ts";
export { boundingRect, overlaps, type Rect } from "./rect.ts";
export {
  isRememberedTile,
  type PixelGrid,
  REMEMBERED_TILES_MAX,
  type RememberedTile,
  recallMask,
  rememberMask,
  rememberMore,
} from "./remembered.ts";
export { checkTerms, TERM_LENGTH_MAX, TERMS_MAX } from "./terms/index.ts";
export { boxesToTiles, fillGroups, groupsOf, type TileGrid } from "./tiles.ts";
