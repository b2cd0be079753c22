// From the pixels of one capture to what must be hidden, and why. Text is looked for first and read afterwards, so
// that the model and the reader are never in memory at once.
import { ok, type Result } from "@underseal/foundation";
import { findCodes } from "./codes.ts";
import { detectText } from "./detect.ts";
import type { RedactionError } from "./errors.ts";
import { hideText, type RedactionSettings, type TextDeps } from "./hide-text.ts";
import { checkImage, type RgbImage } from "./image.ts";
import type { DetectionModel } from "./model.ts";
import { findPictures } from "./pictures.ts";
import type { Hidden, ReasonCode } from "./reasons.ts";
import type { Rect } from "./rect.ts";
import type { TextAreas } from "./text-areas.ts";

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
  const checked = checkImage(image);
  if (!checked.ok) return checked;
  const pictures = findPictures(image);
  const text = await detect(image, pictures, deps);
  if (!text.ok) return text;
  const codes = await findCodes(image);
  if (!codes.ok) return codes;
  const always = [
    ...withReason(codes.value, "code"),
    ...withReason(showsPictures(settings) ? [] : pictures, "picture"),
  ];
  const { lines, rest } = text.value;
  const allText = (reason: ReasonCode) => [...always, ...withReason([...lines, ...rest], reason)];
  if (settings.policy === "structure") return ok({ hidden: allText("text"), degraded: null });
  const hidden = await hideText(image, lines, settings, deps);
  if (!hidden.ok) return ok({ hidden: allText("unread"), degraded: hidden.error });
  // Where nothing is hidden for being unread, nothing is for being beside a line.
  const unread = settings.policy === "open" ? [] : withReason(rest, "unread");
  return ok({ hidden: [...always, ...hidden.value, ...unread], degraded: null });
};

const withReason = (boxes: readonly Rect[], reason: ReasonCode): readonly Hidden[] =>
  boxes.map((box) => ({ box, reason }));

/** Who may see the client's own matter may see its pictures too. */
const showsPictures = ({ policy }: RedactionSettings): boolean => policy === "matter" || policy === "open";

const detect = async (
  image: RgbImage,
  pictures: readonly Rect[],
  deps: RedactionDeps,
): Promise<Result<TextAreas, RedactionError>> => {
  const model = await deps.loadModel();
  if (!model.ok) return model;
  const text = await detectText(image, { model: model.value, pictures });
  await model.value.release();
  return text;
};
