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

export interface FoundHidden {
  readonly hidden: readonly Hidden[];
  /** Why all text is hidden although the policy would show some: it could not be read. `null` where it was. */
  readonly degraded: RedactionError | null;
}

export const findHidden = async (
  image: RgbImage,
  _settings: RedactionSettings,
  deps: RedactionDeps,
): Promise<Result<FoundHidden, RedactionError>> => {
  const boxes = await detectTextBoxes(image, deps);
  if (!boxes.ok) return boxes;
  return ok({ hidden: boxes.value.map((box) => ({ box, reason: "text" })), degraded: null });
};
