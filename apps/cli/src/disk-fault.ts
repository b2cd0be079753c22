import { explainDiskFault } from "@underseal/tracker";
import { fail } from "./console.ts";

/** What the file system threw ends the command with a sentence; `what` completes "… cannot be written". */
export const orDiskFault = async <T>(what: string, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (cause) {
    return fail(explainDiskFault(cause) ?? `${what} cannot be written (${String(cause)}): check its permissions`);
  }
};
