// What the verify commands are given: a file, or standard input as `-`, never more of it than the form allows.
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { concatBytes } from "@underseal/foundation";
import { fail } from "./console.ts";

export interface ExpectedInput {
  readonly maxBytes: number;
  /** As a sentence names it: `bundle`. */
  readonly what: string;
  /** What to do about the wrong file. */
  readonly remedy: string;
}

/** Ends the process with one sentence where there is nothing to read. */
export const readInput = async (file: string, expected: ExpectedInput): Promise<Uint8Array> => {
  try {
    if (file === "-") return await readStream(process.stdin, "standard input", expected);
    const found = await stat(file);
    if (found.isDirectory()) return fail(`${file} is not a file: name the ${expected.what} itself`);
    // A pipe such as `<(curl …)` has no size to look at first.
    if (!found.isFile()) return await readStream(createReadStream(file), file, expected);
    return await readRegular(file, expected);
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
    if (code === "ENOENT") return fail(`there is no file ${file}: check the path`);
    return fail(`cannot read ${file} (${code}): check who may read it, and the disk`);
  }
};

/** Into one buffer of the right size: a week of pictures should not be held twice. */
const readRegular = async (file: string, expected: ExpectedInput): Promise<Uint8Array> => {
  await using handle = await open(file);
  const { size } = await handle.stat();
  if (size > expected.maxBytes) return tooLarge(file, expected);
  const bytes = new Uint8Array(size);
  let offset = 0;
  while (offset < size) {
    const { bytesRead } = await handle.read(bytes, offset);
    // It has become shorter meanwhile.
    if (bytesRead === 0) return bytes.subarray(0, offset);
    offset += bytesRead;
  }
  return bytes;
};

const readStream = async (
  stream: NodeJS.ReadableStream,
  name: string,
  expected: ExpectedInput,
): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    length += bytes.length;
    if (length > expected.maxBytes) return tooLarge(name, expected);
    chunks.push(bytes);
  }
  return concatBytes(...chunks);
};

const tooLarge = (name: string, { what, remedy }: ExpectedInput): never =>
  fail(`${name} is larger than any ${what} may be: ${remedy}`);
