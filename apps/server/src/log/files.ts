import { concatBytes, dateOf, utf8ToBytes } from "@underseal/foundation";
import { encodeEntryBundle, parseTilePath, TILE_WIDTH, type Tile, tileNodes, tileWidth } from "@underseal/tlog";
import type { FastifyInstance } from "fastify";
import { sendProblem } from "../platform/http/problem.ts";
import type { Transaction } from "../platform/postgres/transact.ts";
import { readAnchor } from "./store/anchors.ts";
import { readNewestPublished } from "./store/published.ts";
import { readEntries, readNodes } from "./store/tree.ts";

// The log as anyone may copy it: C2SP tlog-tiles, up to the published checkpoint. A tile's bytes never change (a
// partial one has its width in its name, and is made for as long as anyone asks), so it may be kept for ever and every
// checkpoint that was ever served finds its tiles; the checkpoint may not be kept at all.

export interface LogFile {
  readonly bytes: Uint8Array;
  readonly contentType: "text/plain; charset=utf-8" | "application/octet-stream" | "application/timestamp-reply";
  readonly isImmutable: boolean;
}

/** A day's timestamp, and the note that it is over. */
const ANCHOR = /^anchor\/(\d{4}-\d{2}-\d{2})\.(tsr|note)$/;

export const readLogFile = async (transaction: Transaction, path: string): Promise<LogFile | null> => {
  if (path === "checkpoint") return readCheckpointFile(transaction);
  const [, day, kind] = ANCHOR.exec(path) ?? [];
  if (day !== undefined) return readAnchorFile(transaction, day, kind);
  const tile = parseTilePath(path);
  return tile.ok ? readTileFile(transaction, tile.value) : null;
};

const readCheckpointFile = async (transaction: Transaction): Promise<LogFile | null> => {
  const published = await readNewestPublished(transaction);
  if (published === null) return null;
  return { bytes: utf8ToBytes(published.note), contentType: "text/plain; charset=utf-8", isImmutable: false };
};

const readAnchorFile = async (
  transaction: Transaction,
  day: string,
  kind: string | undefined,
): Promise<LogFile | null> => {
  // Such as the 30th of February.
  if (Number.isNaN(Date.parse(day)) || dateOf(Date.parse(day)) !== day) return null;
  const anchor = await readAnchor(transaction, day);
  if (anchor === null) return null;
  return kind === "tsr"
    ? { bytes: anchor.token, contentType: "application/timestamp-reply", isImmutable: true }
    : { bytes: utf8ToBytes(anchor.note), contentType: "text/plain; charset=utf-8", isImmutable: true };
};

const readTileFile = async (transaction: Transaction, tile: Tile): Promise<LogFile | null> => {
  const published = await readNewestPublished(transaction);
  if (published === null || tile.width > tileWidth(tile, published.size)) return null;
  const bytes = await (tile.level === "entries" ? readBundle(transaction, tile) : readHashes(transaction, tile));
  return { bytes, contentType: "application/octet-stream", isImmutable: true };
};

const readBundle = async (transaction: Transaction, { index, width }: Tile): Promise<Uint8Array> => {
  const from = index * TILE_WIDTH;
  return encodeEntryBundle(await readEntries(transaction, { from, to: from + width }));
};

const readHashes = async (transaction: Transaction, tile: Tile): Promise<Uint8Array> => {
  const nodes = tileNodes(tile);
  const read = await readNodes(transaction, nodes);
  return concatBytes(...nodes.map(({ level, index }) => read(level, index)));
};

/** Serves `/checkpoint`, `/tile/*` and `/anchor/*`; everything else there is not found. */
export const mountLogFiles = (app: FastifyInstance, readFile: (path: string) => Promise<LogFile | null>): void => {
  for (const url of ["/checkpoint", "/tile/*", "/anchor/*"]) {
    // It has its own specification, so it is no part of the API's.
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const [path = ""] = request.url.slice(1).split("?");
      const file = await readFile(path);
      if (file === null) return sendProblem(reply, { code: "NOT_FOUND" });
      return reply
        .header("cache-control", file.isImmutable ? "public, max-age=31536000, immutable" : "no-store")
        .type(file.contentType)
        .send(Buffer.from(file.bytes));
    });
  }
};
