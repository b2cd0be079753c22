// `underseal track hide`. It needs neither the server nor the outbox, so it works while a tracker runs.
import { createSystemRandom } from "@underseal/foundation";
import type { Rect } from "@underseal/redaction";
import { createTrackerClock, explainDiskFault, hideArea, showAreasAgain } from "@underseal/tracker";
import { fail } from "./console.ts";
import { readConfig } from "./track.ts";

export interface HideOptions {
  readonly clear?: boolean;
}

export const hide = async (area: Rect | undefined, { clear = false }: HideOptions): Promise<void> => {
  const config = readConfig();
  const { env, execPath } = process;
  const deps = { env, execPath, clock: createTrackerClock(null), random: createSystemRandom() };
  if (clear === (area !== undefined)) return fail("name an area, such as 0,0,640,200, or --clear");
  if (area === undefined) {
    const cleared = await orDiskFault(showAreasAgain(config, deps));
    if (!cleared.ok) return fail(cleared.error.message);
    return console.log("forgotten: nothing is hidden by hand any more");
  }
  const hidden = await orDiskFault(hideArea(config, area, deps));
  if (!hidden.ok) return fail(hidden.error.message);
  console.log("withheld from now on, wherever the same pixels stand at the same place");
};

const orDiskFault = async <T>(work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (cause) {
    return fail(explainDiskFault(cause) ?? `it cannot be kept (${String(cause)}): check the permissions`);
  }
};
