import { dateOf, slotOf, WEEK_MS, weekStartOf } from "@underseal/foundation";
import type { SlotRange } from "./store/week.ts";

/** The slots of the week that begins on this Monday; `null` where no week begins on that day. */
export const slotsOfWeek = (monday: string): SlotRange | null => {
  const startMs = Date.parse(`${monday}T00:00:00Z`);
  if (Number.isNaN(startMs) || dateOf(startMs) !== monday || weekStartOf(startMs) !== startMs) return null;
  return { from: slotOf(startMs), to: slotOf(startMs + WEEK_MS) };
};
