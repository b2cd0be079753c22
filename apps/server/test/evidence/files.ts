// Disclosures whose sealed files are uploaded.
import { Readable } from "node:stream";
import { type Statement, type StatementBody, sha256 } from "@underseal/evidence";
import { assert, bytesToBase64Url } from "@underseal/foundation";
import { putBlob } from "../../src/evidence/blobs.ts";
import type { Tracker } from "./tracker.ts";
import { codeOf, random, type World } from "./world.ts";

export const nameOf = (bytes: Uint8Array) => ({ digest: bytesToBase64Url(sha256(bytes)), bytes: bytes.length });

export const upload = async (world: World, { contract }: Tracker, bytes: Uint8Array): Promise<string> => {
  const { personId } = contract.freelancer;
  return codeOf(await putBlob(world.deps, { personId, digest: nameOf(bytes).digest, source: Readable.from([bytes]) }));
};

/** Discloses, and where that is admitted uploads both files; answers the code of the disclosure. */
export const discloseWithFiles = async (
  world: World,
  tracker: Tracker,
  capture: Statement<"capture">,
  changes: Partial<StatementBody<"disclosure">> = {},
): Promise<{ readonly code: string; readonly statement: Statement<"disclosure"> }> => {
  const files = [random.bytes(100), random.bytes(50)] as const;
  const statement = tracker.signDisclosure(capture, {
    ...{ visible: nameOf(files[0]), hidden: nameOf(files[1]) },
    ...changes,
  });
  const code = codeOf(await tracker.step(statement));
  if (code !== "ok") return { code, statement };
  for (const bytes of files) assert((await upload(world, tracker, bytes)) === "ok", "what is named is taken");
  return { code, statement };
};
