// `underseal redact`: what a capture of a screen would hide, tried on a picture. The reader is the tracker's own.
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { TILE_PX } from "@underseal/evidence";
import {
  boxesToTiles,
  isLanguage,
  languages as knownLanguages,
  type Language,
  overlaps,
  type Policy,
  type Rect,
  type RedactionSettings,
  type RgbImage,
  reasons,
  type TileGrid,
} from "@underseal/redaction";
import { createReader, type FaultCode, faultSentences, findOrAllText, type ReaderAnswer } from "@underseal/tracker";
import { fail } from "./console.ts";
import { createSystemClock } from "./platform/clock.ts";
import { blacken, decodePng, encodePng } from "./redact-picture.ts";
import { readTextFile } from "./text-file.ts";
import { readInput } from "./verify-input.ts";

export interface RedactOptions {
  readonly out: string;
  readonly json: string;
  readonly policy: Policy;
  readonly languages: readonly string[];
  readonly terms?: string;
  readonly deny: readonly Rect[];
  readonly tiles?: boolean;
}

const PICTURE = { maxBytes: 256 * 1024 * 1024, what: "picture", remedy: "name one screenshot, a PNG" };
const TERMS = { maxBytes: 1024 * 1024, what: "list of terms", remedy: "name a text with one term on each line" };
const TOTAL_MS = 60_000;

export const redact = async (picture: string, options: RedactOptions): Promise<void> => {
  const startedMs = clock.monotonicMs();
  checkPaths(picture, options);
  const languages = options.languages.map(toLanguage);
  const terms = options.terms === undefined ? [] : linesOf(await readTextFile(options.terms, TERMS));
  const decoded = await decodePng(await readInput(picture, PICTURE));
  if (!decoded.ok) return fail(`${picture} cannot be redacted: ${decoded.error.message}`);
  const image = decoded.value;
  const grid = gridOf(image);
  const areasOf = (tiles: Iterable<number>) => Array.from(tiles, (tile) => tileArea(tile, grid));
  const denied = tilesUnder(options.deny, grid);
  // As in a capture: what is denied is gone before anything looks at the picture.
  blacken(image, options.tiles ? areasOf(denied) : options.deny);
  const reading = await readPicture(image, { policy: options.policy, languages, terms });
  const boxes = reading.answer.hidden.map(({ box }) => box);
  const hidden = boxesToTiles({ boxes, ...grid });
  blacken(image, options.tiles ? areasOf(hidden) : boxes);
  const png = await encodePng(image);
  const hiddenTiles = new Set([...hidden, ...denied]).size;
  const report = reportOf(image, options, reading, { grid, hiddenTiles, ms: clock.monotonicMs() - startedMs });
  await writeBoth(options, png, `${JSON.stringify(report, null, 2)}\n`);
  if (report.warning !== null) console.error(`underseal: ${report.warning}`);
  console.log(
    `${boxes.length} boxes hidden, ${Math.round(report.tiles.hiddenShare * 100)} % of the tiles: ${options.out}`,
  );
};

const clock = createSystemClock();

const checkPaths = (picture: string, { out, json }: RedactOptions): void => {
  const [input, output, report] = [picture, out, json].map((file) => path.resolve(file));
  if (output === input || report === input || output === report) {
    fail("the picture, --out and --json are not three different files: name others");
  }
};

const toLanguage = (code: string): Language =>
  isLanguage(code) ? code : fail(`no ordinary words are known of "${code}": choose from ${knownLanguages.join(", ")}`);

const linesOf = (text: string): readonly string[] =>
  text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));

interface Found {
  readonly grid: Grid;
  readonly hiddenTiles: number;
  readonly ms: number;
}

interface Reading {
  readonly answer: ReaderAnswer;
  /** Why all text is hidden although the policy would show some. */
  readonly fault: FaultCode | null;
}

/** Ends the process where nothing is known about the picture: there is nothing that could be shown then. */
const readPicture = async (image: RgbImage, settings: RedactionSettings): Promise<Reading> => {
  const { env, execPath } = process;
  const read = createReader({ env, execPath, totalMs: TOTAL_MS, monotonicMs: clock.monotonicMs });
  const reading = await findOrAllText(image, settings, read);
  return reading.ok ? reading.value : fail(`nothing was written, because ${faultSentences[reading.error.code]}`);
};

interface Grid extends TileGrid {
  readonly tilePx: number;
}

const gridOf = ({ width, height }: RgbImage): Grid => ({
  columns: Math.ceil(width / TILE_PX),
  rows: Math.ceil(height / TILE_PX),
  tilePx: TILE_PX,
});

const tilesUnder = (areas: readonly Rect[], grid: Grid): readonly number[] =>
  Array.from({ length: grid.columns * grid.rows }, (_, tile) => tile).filter((tile) =>
    areas.some((area) => overlaps(area, tileArea(tile, grid))),
  );

const tileArea = (tile: number, { columns, tilePx }: Grid): Rect => ({
  x: (tile % columns) * tilePx,
  y: Math.floor(tile / columns) * tilePx,
  width: tilePx,
  height: tilePx,
});

const reportOf = (image: RgbImage, { policy, deny }: RedactOptions, { answer, fault }: Reading, found: Found) => ({
  width: image.width,
  height: image.height,
  policy,
  warning: fault && `all text is hidden, because ${faultSentences[fault]}`,
  boxes: answer.hidden.map(({ box, reason }) => ({ ...box, reason, ...reasons[reason] })),
  denied: deny,
  tiles: {
    ...found.grid,
    hidden: found.hiddenTiles,
    hiddenShare: found.hiddenTiles / (found.grid.columns * found.grid.rows),
  },
  ms: Math.round(found.ms),
  ...answer.used,
});

/** The picture last, because it is what must not be there after a failure. */
const writeBoth = async ({ out, json }: RedactOptions, picture: Uint8Array, report: string): Promise<void> => {
  const [pictureDraft, reportDraft] = [`${out}.partial`, `${json}.partial`];
  try {
    await writeFile(reportDraft, report, { mode: 0o600 });
    await writeFile(pictureDraft, picture, { mode: 0o600 });
    await rename(reportDraft, json);
    await rename(pictureDraft, out);
  } catch (cause) {
    await Promise.all([pictureDraft, reportDraft].map((file) => rm(file, { force: true }).catch(() => {})));
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
    fail(`${out} and ${json} cannot be written (${code}): check the folders, who may write there, and the disk`);
  }
};
