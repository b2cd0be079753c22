import { readFile, stat } from "node:fs/promises";
import { bytesToUtf8 } from "@underseal/foundation";
import { fail } from "./console.ts";

/** The text of a small file that was named on the command line; ends with 1 and a sentence where it cannot be had. */
export const readTextFile = async (file: string, bytesMax: number): Promise<string> => {
  try {
    const found = await stat(file);
    if (!found.isFile()) return fail(`${file} is not a file`);
    if (found.size > bytesMax) return fail(`${file} is larger than ${bytesMax} bytes, which no such file may be`);
    return bytesToUtf8(await readFile(file)) ?? fail(`${file} is not a text in UTF-8`);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
    if (code === "ENOENT") return fail(`there is no file ${file}: check the path`);
    return fail(`cannot read ${file} (${code}): check who may read it, and the disk`);
  }
};
