// Which tiles are withheld. Whatever fails here hides more: without words all text, without text everything. A failure
// never costs the freelancer the capture, which counts as one wholly hidden.
import { err, ok, type Result } from "@underseal/foundation";
import type { Hidden, RedactionSettings, RgbImage } from "@underseal/redaction";
import type { Fallback, FaultCode } from "./faults.ts";
import type { Grid } from "./grid.ts";
import { reasonsOfHidden, type TileReasons } from "./tile-reasons.ts";

/** Of an error only the code: its cause may quote what was read. */
interface Answer {
  readonly hidden: readonly Hidden[];
  readonly degraded: { readonly code: FaultCode } | null;
}

type Finder<A> = (image: RgbImage, settings: RedactionSettings) => Promise<Result<A, { readonly code: FaultCode }>>;

/** `findHidden` of the redaction package, wherever it runs. May throw. */
export type FindHidden = Finder<Answer>;

export interface Withheld {
  readonly tiles: TileReasons;
  readonly fallback: Fallback | null;
}

export const findWithheld = async (
  image: RgbImage,
  { columns, rows, cellPx }: Grid,
  settings: RedactionSettings,
  find: FindHidden,
): Promise<Withheld> => {
  const found = await findOrAllText(image, settings, find);
  if (!found.ok) {
    const tiles = new Map(Array.from({ length: columns * rows }, (_, tile) => [tile, ["unseen"]] as const));
    return { tiles, fallback: { shows: "nothing", code: found.error.code } };
  }
  const { answer, fault } = found.value;
  // Where all text is hidden for a fault, it is not the contract that hides it.
  const hidden = fault === null ? answer.hidden : answer.hidden.map(asUnread);
  const tiles = reasonsOfHidden(hidden, { columns, rows, tilePx: cellPx });
  return { tiles, fallback: fault && { shows: "structure", code: fault } };
};

const asUnread = ({ box, reason }: Hidden): Hidden => ({ box, reason: reason === "text" ? "unread" : reason });

/** `fault` says why all text is hidden although the policy would show some. */
export const findOrAllText = async <A extends Answer>(
  image: RgbImage,
  settings: RedactionSettings,
  find: Finder<A>,
): Promise<Result<{ readonly answer: A; readonly fault: FaultCode | null }, { readonly code: FaultCode }>> => {
  const first = await findSafely(image, settings, find);
  if (first.ok) return ok({ answer: first.value, fault: first.value.degraded?.code ?? null });
  // A reader that was lost may have been lost over words; text may still be found. Other errors are about the text.
  if (settings.policy === "structure" || !first.error.code.startsWith("READER_")) return first;
  const second = await findSafely(image, { ...settings, policy: "structure", terms: [] }, find);
  return second.ok ? ok({ answer: second.value, fault: first.error.code }) : second;
};

const findSafely = async <A>(
  image: RgbImage,
  settings: RedactionSettings,
  find: Finder<A>,
): Promise<Result<A, { readonly code: FaultCode }>> => {
  try {
    return await find(image, settings);
  } catch {
    return err({ code: "READER_FAILED" });
  }
};
