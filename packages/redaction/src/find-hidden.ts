// From the pixels of one capture to what must be hidden, and why. Text is looked for first and read afterwards, each
// with its library loaded for as long as it is needed, so that both are never in memory at once.
import { ok, type Result } from "@underseal/foundation";
import { findCodes } from "./codes.ts";
import { detectTextBoxes } from "./detect.ts";
import type { RedactionError } from "./errors.ts";
import { hideText, type Policy, type TextDeps, type TextSettings } from "./hide-text.ts";
import type { RgbImage } from "./image.ts";
import type { DetectionModel } from "./model.ts";
import { findPictures } from "./pictures.ts";
import type { Hidden, ReasonCode } from "./reasons.ts";
import type { Rect } from "./rect.ts";

export interface RedactionSettings extends TextSettings {
  readonly policy: Policy;
}

export interface RedactionDeps extends TextDeps {
  readonly loadModel: () => Promise<Result<DetectionModel, RedactionError>>;
}

export interface FoundHidden {
  readonly hidden: readonly Hidden[];
  /** Why all text is hidden although the policy would show some: it could not be read. */
  readonly degraded: RedactionError | null;
}

/** What must be hidden. An error means that nothing is known about the picture: the caller hides all of it. */
export const findHidden = async (
  image: RgbImage,
  settings: RedactionSettings,
  deps: RedactionDeps,
): Promise<Result<FoundHidden, RedactionError>> => {
  const boxes = await detect(image, deps);
  if (!boxes.ok) return boxes;
  const codes = await findCodes(image);
  if (!codes.ok) return codes;
  const always = [...withReason(codes.value, "code"), ...withReason(picturesOf(image, settings), "picture")];
  if (settings.policy === "structure")
    return ok({ hidden: [...always, ...withReason(boxes.value, "text")], degraded: null });
  const text = await hideText(image, boxes.value, settings, deps);
  if (text.ok) return ok({ hidden: [...always, ...text.value], degraded: null });
  return ok({ hidden: [...always, ...withReason(boxes.value, "unread")], degraded: text.error });
};

const withReason = (boxes: readonly Rect[], reason: ReasonCode): readonly Hidden[] =>
  boxes.map((box) => ({ box, reason }));

/** Who may see the client's own matter may see its pictures too. */
const picturesOf = (image: RgbImage, { policy }: RedactionSettings): readonly Rect[] =>
  policy === "structure" || policy === "strict" ? findPictures(image) : [];

const detect = async (image: RgbImage, deps: RedactionDeps): Promise<Result<readonly Rect[], RedactionError>> => {
  const model = await deps.loadModel();
  if (!model.ok) return model;
  const boxes = await detectTextBoxes(image, { model: model.value });
  await model.value.release();
  return boxes;
};
