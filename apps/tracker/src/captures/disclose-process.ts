// The child process that turns a capture at rest into what is sent: with the one of a
// preview it alone opens the vault file. A request on
// stdin, one line of JSON on stdout, then it ends and its memory with it.
import { constants, setPriority } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import {
  bucketOf,
  commitment,
  decodeMap,
  FIRST_TILE_INDEX,
  leafStates,
  sha256,
  wrapCommitment,
  wrapKeyOf,
} from "@underseal/evidence";
import { sealHidden, sealVisible } from "@underseal/evidence/seal";
import { base64UrlToBytes, bytesToBase64Url, reveal } from "@underseal/foundation";
import { writeFileDurably } from "../platform/durable-file.ts";
import { compress } from "./commit.ts";
import type { Disclosed, DiscloseRequest } from "./disclose.ts";
import { openVault } from "./vault.ts";

const bytes = (encoded: string): Uint8Array => base64UrlToBytes(encoded) ?? new Uint8Array();

const disclose = async (request: DiscloseRequest): Promise<Disclosed> => {
  const states = decodeMap(bytes(request.map), request.treeSize);
  if (states === null) throw new Error("the map does not fit the tree");
  const capture = { ...(await openVault(request, states)), capture: bytes(request.capture) };
  const mapSalt = bytes(request.mapSalt);
  const visible = await sealVisible({ compress }, capture, {
    states,
    mapSalt,
    memo: request.memo,
    minutes: request.minutes,
    activitySalt: bytes(request.activitySalt),
    checkpoint: request.checkpoint,
    ver: 0,
    recipients: request.recipients,
  });
  const hidden = await sealHidden({ compress }, capture, { states, recipient: request.freelancerRecipient });
  const tiles = states.slice(FIRST_TILE_INDEX).filter((state) => state !== leafStates.padding);
  return {
    mapC: bytesToBase64Url(commitment(mapSalt, bytes(request.map))),
    redactedPermille: bucketOf(tiles.filter((state) => state === leafStates.redacted).length, tiles.length),
    wrapC: bytesToBase64Url(wrapCommitment(wrapKeyOf(reveal(capture.secret)))),
    visible: await store(request.blobDir, visible),
    hidden: await store(request.blobDir, hidden),
  };
};

const store = async (directory: string | null, blob: Uint8Array): Promise<Disclosed["visible"]> => {
  const digest = bytesToBase64Url(sha256(blob));
  if (directory === null) return { digest, bytes: blob.length, file: "" };
  const file = path.join(directory, `${digest}.age`);
  await writeFileDurably(file, blob);
  return { digest, bytes: blob.length, file };
};

setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
let answer: unknown;
try {
  // The daemon writes the request from a value of this type.
  answer = { value: await disclose(JSON.parse(await text(process.stdin)) as DiscloseRequest) };
} catch (cause) {
  const message = cause instanceof Error ? cause.message : "unknown";
  answer = { error: { code: "DISCLOSE_FAILED", message } };
}
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0));
