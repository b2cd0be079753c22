// Which tiles are withheld. Whatever fails here hides more: without words all text, without text everything. A failure
// never costs the freelancer the capture, which counts as one wholly hidden.

import type { Result } from "@underseal/foundation";
import {
  boxesToTiles,
  type FoundHidden,
  type RedactionError,
  type RedactionSettings,
  type RgbImage,
} from "@underseal/redaction";
import type { Fallback, FaultCode } from "./faults.ts";
import type { Grid } from "./grid.ts";

/** `findHidden` of the redaction package, wherever it runs. May throw. */
export type FindHidden = (
  image: RgbImage,
  settings: RedactionSettings,
) => Promise<Result<Answer, { readonly code: FaultCode }>>;

/** Of an error only the code: its cause may quote what was read. */
type Answer = Pick<FoundHidden, "hidden"> & { readonly degraded: Pick<RedactionError, "code"> | null };

export interface Withheld {
  readonly tiles: ReadonlySet<number>;
  readonly fallback: Fallback | null;
}

export const findWithheld = async (
  image: RgbImage,
  { columns, rows, cellPx }: Grid,
  settings: RedactionSettings,
  find: FindHidden,
): Promise<Withheld> => {
  const first = await findSafely(image, settings, find);
  const isRetried = !first.ok && isReaderFault(first.error.code) && settings.policy !== "structure";
  const found = isRetried ? await findSafely(image, { ...settings, policy: "structure", terms: [] }, find) : first;
  if (!found.ok) {
    const tiles = new Set(Array.from({ length: columns * rows }, (_, tile) => tile));
    return { tiles, fallback: { shows: "nothing", code: found.error.code } };
  }
  const tiles = boxesToTiles({ boxes: found.value.hidden.map(({ box }) => box), columns, rows, tilePx: cellPx });
  const fault = first.ok ? first.value.degraded : first.error;
  return { tiles, fallback: fault && { shows: "structure", code: fault.code } };
};

/** A reader that was lost may have been lost over words; text may still be found. Other errors are about the text. */
const isReaderFault = (code: FaultCode): boolean => code.startsWith("READER_");

const findSafely: (...args: [RgbImage, RedactionSettings, FindHidden]) => ReturnType<FindHidden> = async (
  image,
  settings,
  find,
) => {
  try {
    return await find(image, settings);
  } catch {
    return { ok: false, error: { code: "READER_FAILED" } };
  }
};
