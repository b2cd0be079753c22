// The child process of one preview: a request on stdin, a PNG of the whole picture on stdout, then it ends and its memory
// with it. It can write no file. Masked tiles are black: nobody has their pixels. What goes wrong is an exit code.
import { text } from "node:stream/consumers";
import { decodeMap, drawTile, FIRST_TILE_INDEX, HEADER_INDEX, type Header, leafKinds } from "@underseal/evidence";
import { base64UrlToBytes } from "@underseal/foundation";
import { encodePng } from "./png.ts";
import { openVault } from "./vault.ts";
import type { VaultRequest } from "./vault-request.ts";

const preview = async (request: VaultRequest): Promise<Uint8Array> => {
  const states = decodeMap(base64UrlToBytes(request.map) ?? new Uint8Array(), request.treeSize);
  if (states === null) throw new Error("the map does not fit the tree");
  const { leaves } = await openVault(request, states);
  // Our own bytes, which the root commits to.
  const header: Header = JSON.parse(Buffer.from(leaves[HEADER_INDEX]?.payload ?? []).toString("utf8"));
  const { width, height } = header;
  const frame = { rgb: new Uint8Array(width * height * 3), width, height };
  leaves.slice(FIRST_TILE_INDEX).forEach(({ kind, payload }, tile) => {
    if (kind === leafKinds.pixels) drawTile(frame, tile, payload);
  });
  return encodePng(frame);
};

// The daemon writes the request from a value of this type.
const read = async (): Promise<VaultRequest> => JSON.parse(await text(process.stdin)) as VaultRequest;

try {
  const picture = await preview(await read());
  process.stdout.write(picture, () => process.exit(0));
} catch {
  process.exit(1);
}
