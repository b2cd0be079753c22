// `underseal track hide`. It needs neither the server nor the outbox, so it works while a tracker runs.
import { createSystemRandom } from "@underseal/foundation";
import type { Rect } from "@underseal/redaction";
import { createTrackerClock, hideArea, showAreasAgain } from "@underseal/tracker";
import { fail } from "./console.ts";
import { orDiskFault } from "./disk-fault.ts";
import { readConfig } from "./track-open.ts";

export interface HideOptions {
  readonly clear?: boolean;
}

export const hide = async (area: Rect | undefined, { clear = false }: HideOptions): Promise<void> => {
  const config = await readConfig();
  const { env, execPath } = process;
  const deps = { env, execPath, clock: createTrackerClock(null), random: createSystemRandom() };
  if (clear === (area !== undefined)) return fail("name an area, such as 0,0,640,200, or --clear");
  if (area === undefined) {
    const cleared = await orDiskFault("what is hidden by hand", showAreasAgain(config, deps));
    if (!cleared.ok) return fail(cleared.error.message);
    return console.log("forgotten: nothing is hidden by hand any more");
  }
  const hidden = await orDiskFault("what is hidden by hand", hideArea(config, area, deps));
  if (!hidden.ok) return fail(hidden.error.message);
  console.log("withheld from now on, wherever the same pixels stand at the same place");
};
