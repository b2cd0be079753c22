// `underseal track hide`: what is on an area of the screen now is withheld from now on. It needs neither the server nor the
// outbox, so it works while a tracker runs.
import { type Clock, err, ok, type Random, type Result } from "@underseal/foundation";
import type { Rect } from "@underseal/redaction";
import type { TrackerConfig } from "./config.ts";
import { loadDeviceKeys } from "./keys/device-keys.ts";
import type { ChildSettings } from "./platform/child.ts";
import { rememberArea } from "./sensors/hide.ts";
import { createRememberedStore } from "./session/remembered.ts";

export interface HideAreaDeps extends Pick<ChildSettings, "env" | "execPath"> {
  readonly clock: Clock;
  readonly random: Random;
}

interface HideError {
  readonly message: string;
}

/** Answers how many tiles are remembered. Throws what the file system throws. */
export const hideArea = async (
  { stateDir, display = "" }: Pick<TrackerConfig, "stateDir" | "display">,
  area: Rect,
  deps: HideAreaDeps,
): Promise<Result<number, HideError>> => {
  const keys = await loadDeviceKeys(stateDir, deps);
  if (!keys.ok) return keys;
  const store = createRememberedStore(stateDir, keys.value);
  const tiles = await rememberArea({ area, key: store.key }, { display, env: deps.env, execPath: deps.execPath });
  if (!tiles.ok) return err({ message: `the screen could not be looked at: ${tiles.error.message}` });
  if (tiles.value.length === 0) {
    return err({ message: "there is nothing to recognise: the area is of one colour, or not on the screen" });
  }
  const added = await store.add(tiles.value);
  return added.ok ? ok(tiles.value.length) : added;
};

/** Forgets all of it. */
export const showAreasAgain = async (
  { stateDir }: Pick<TrackerConfig, "stateDir">,
  deps: HideAreaDeps,
): Promise<Result<void, HideError>> => {
  const keys = await loadDeviceKeys(stateDir, deps);
  if (!keys.ok) return keys;
  await createRememberedStore(stateDir, keys.value).clear();
  return ok(undefined);
};
