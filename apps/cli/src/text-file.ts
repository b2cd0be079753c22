import { bytesToUtf8 } from "@underseal/foundation";
import { fail } from "./console.ts";
import { type ExpectedInput, readInput } from "./verify-input.ts";

/** The text of a small file that was named on the command line; ends with 1 and a sentence where it cannot be had. */
export const readTextFile = async (file: string, expected: ExpectedInput): Promise<string> =>
  bytesToUtf8(await readInput(file, expected)) ?? fail(`${file} is not a text in UTF-8: ${expected.remedy}`);
