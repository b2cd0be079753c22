// Step 7: the exported week is checked by the offline verifier, whole and with one byte changed.
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { evidenceRoutes } from "@underseal/api";
import type { Random } from "@underseal/foundation";
import type { Party } from "./parties.ts";
import { DemoError, must } from "./session.ts";

const MAIN = path.join(import.meta.dirname, "../main.ts");

export interface CheckedBundle {
  readonly file: string;
  readonly bytes: number;
  readonly verdict: string;
  /** What the verifier says about the same file with one byte changed. */
  readonly refusal: string;
}

export const exportAndVerify = async (
  client: Party,
  {
    contractId,
    week,
    outDir,
    random,
  }: { readonly contractId: string; readonly week: string; readonly outDir: string; readonly random: Random },
): Promise<CheckedBundle> => {
  const bundle = await must(client.session.api, evidenceRoutes.exportWeek, { params: { contractId, week } });
  const file = path.join(outDir, "week.bundle.json");
  await writeFile(file, bundle);
  const whole = await verify(file);
  if (whole.code !== 0) throw new DemoError(`the verifier refuses the exported week: ${whole.output}`);
  const tampered = path.join(outDir, "week.tampered.json");
  await writeFile(tampered, await flipOneByte(file, random));
  const changed = await verify(tampered);
  // A verifier that broke ends with 1 as well, but does not say this.
  if (changed.code !== 1 || !changed.output.startsWith("NOT VALID: ")) {
    throw new DemoError(`the verifier does not refuse a changed file: ${changed.output}`);
  }
  return { file, bytes: bundle.length, verdict: whole.output, refusal: changed.output };
};

/** One bit of one byte, anywhere in the file. */
const flipOneByte = async (file: string, random: Random): Promise<Uint8Array> => {
  const bytes = new Uint8Array(await readFile(file));
  const at = new DataView(random.bytes(4).buffer).getUint32(0) % bytes.length;
  bytes[at] = (bytes[at] ?? 0) ^ 0x01;
  return bytes;
};

/** The verifier as anybody runs it. */
const verify = (file: string): Promise<{ readonly code: number; readonly output: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, "verify", "bundle", file], (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 2;
      resolve({ code, output: (stdout + stderr).trim() });
    });
  });
