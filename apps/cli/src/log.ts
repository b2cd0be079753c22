import { createSystemRandom } from "@underseal/foundation";
import { readLogKey } from "@underseal/server";
import { fail } from "./console.ts";
import { readSettings } from "./start.ts";

/** `underseal log key`: reads the same settings as `underseal start`. */
export const printLogKey = async (): Promise<void> => {
  const key = await readLogKey(readSettings(), { random: createSystemRandom() });
  if (!key.ok) return fail(key.error.message);
  console.log(key.value);
};
