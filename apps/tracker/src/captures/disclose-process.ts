// The child process that turns a capture at rest into what is sent: it alone opens the vault file. A request on
// stdin, one line of JSON on stdout, then it ends and its memory with it.
import { readFile } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import {
  bucketOf,
  buildTree,
  commitment,
  decodeMap,
  FIRST_TILE_INDEX,
  type LeafState,
  leafStates,
  restoreLeaves,
  sha256,
  wrapCommitment,
  wrapKeyOf,
} from "@underseal/evidence";
import { openSecret } from "@underseal/evidence/open";
import { type SealableCapture, sealHidden, sealVisible } from "@underseal/evidence/seal";
import { base64UrlToBytes, bytesToBase64Url, equalBytes, redact, reveal } from "@underseal/foundation";
import { writeFileDurably } from "../platform/durable-file.ts";
import { compress } from "./commit.ts";
import type { Disclosed, DiscloseRequest } from "./disclose.ts";

const bytes = (encoded: string): Uint8Array => base64UrlToBytes(encoded) ?? new Uint8Array();

const disclose = async (request: DiscloseRequest): Promise<Disclosed> => {
  const states = decodeMap(bytes(request.map), request.treeSize);
  if (states === null) throw new Error("the map does not fit the tree");
  const capture = await openVault(request, states);
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

/** Opens the vault file and checks that it still is what was committed to. */
const openVault = async (request: DiscloseRequest, states: readonly LeafState[]): Promise<SealableCapture> => {
  const file = new Uint8Array(await readFile(request.vaultFile));
  const opened = await openSecret(file, redact(request.vaultIdentity));
  const leaves = opened.ok ? restoreLeaves({ ...opened.value, states }) : null;
  if (!opened.ok || leaves === null) throw new Error("the vault file is damaged");
  const tree = buildTree(reveal(opened.value.secret), leaves);
  if (!equalBytes(tree.root, bytes(request.root))) throw new Error("the vault file is not what was committed to");
  return { capture: bytes(request.capture), secret: opened.value.secret, tree, leaves };
};

const store = async (directory: string, blob: Uint8Array): Promise<Disclosed["visible"]> => {
  const digest = bytesToBase64Url(sha256(blob));
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
