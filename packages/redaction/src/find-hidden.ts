// From the pixels of one capture to what must be hidden, and why. Whoever gets an error hides the whole picture.
import { ok, type Result } from "@underseal/foundation";
import { detectTextBoxes } from "./detect.ts";
import type { RedactionError } from "./errors.ts";
import type { RgbImage } from "./image.ts";
import type { DetectionModel } from "./model.ts";
import type { Hidden } from "./reasons.ts";

export type Policy = "structure" | "strict" | "open";

export interface RedactionSettings {
  readonly policy: Policy;
  /** Languages whose ordinary words may be shown, as tesseract names them: `eng`, `deu`, `fra`, `spa`, `por`. */
  readonly languages: readonly string[];
  /** The contract's own list: projects, people, clients. Never leaves the device. */
  readonly terms: readonly string[];
}

export interface RedactionDeps {
  readonly model: DetectionModel;
}

export const findHidden = async (
  image: RgbImage,
  settings: RedactionSettings,
  deps: RedactionDeps,
): Promise<Result<readonly Hidden[], RedactionError>> => {
  const boxes = await detectTextBoxes(image, deps);
  return boxes.ok ? ok(boxes.value.map((box) => ({ box, reason: "text" }))) : boxes;
};
