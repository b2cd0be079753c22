// From raw signals to what evidence may be made of. This is the only producer of `Observation`, and everything later
// (tree, sealing, sending) takes nothing else, so no raw pixel can get past it. Whatever goes wrong is an error without
// pixels: a picture that could not be masked does not exist.
import { err, ok, type Result } from "@underseal/foundation";
import {
  overlaps,
  type Rect,
  type RedactionSettings,
  type RememberedTile,
  recallMask,
  rememberMask,
  rememberMore,
  shrinkImage,
} from "@underseal/redaction";
import type { DesktopWindow, ScreenPixels, ScreenSensor, SensorError, WindowSensor } from "../sensors/sensor.ts";
import { type DenyList, findDenied } from "./deny.ts";
import { composeDesktop, type VirtualDesktop } from "./desktop.ts";
import type { Fallback } from "./faults.ts";
import { fitGrid, type Grid, zeroTiles } from "./grid.ts";
import { type FindHidden, findWithheld, type Withheld } from "./hide.ts";
import { addByHand, type TileReasons } from "./tile-reasons.ts";

declare const observed: unique symbol;

/** One look at the screen, masked. */
export interface Observation {
  readonly [observed]: true;
  /** `width × height × 3` bytes; every pixel of a masked tile is zero. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** How many screen pixels one of ours stands for in each direction: 1, 2, 4 … */
  readonly scale: number;
  /** The monitors, in screen pixels from the top left corner of the virtual desktop. */
  readonly displays: readonly Rect[];
  readonly tilePx: number;
  readonly columns: number;
  readonly rows: number;
  /** Tiles of denied windows, never captured; ascending. */
  readonly maskedTiles: readonly number[];
  /** Tiles to withhold for what is in them; ascending, none of them masked. */
  readonly redactedTiles: readonly number[];
  /** Why each of them is withheld. */
  readonly reasons: TileReasons;
  /** Why more is withheld than the policy asks for; `null` where it is not. */
  readonly fallback: Fallback | null;
  /** `null` when no window is active, or the active one is denied. */
  readonly activeWindow: { readonly title: string; readonly process: string } | null;
}

/** The policy is that of the signed terms; the words are those of every contract of this device. */
export interface ObserveRequest extends DenyList, RedactionSettings {
  readonly tilePx: number;
  /** How many leaves the evidence tree has. Two of them are not tiles. */
  readonly treeSize: number;
  readonly remembered: Remembered;
  /** The freelancer wants nothing captured now: every tile is masked. */
  readonly isConcealed: boolean;
}

/** What the freelancer hid by hand, withheld wherever the same pixels come back. */
export interface Remembered {
  readonly key: Uint8Array;
  readonly tiles: readonly RememberedTile[];
}

export interface RememberRequest extends DenyList {
  readonly tilePx: number;
  /** Of all trees that a capture may be made for. */
  readonly treeSizes: readonly number[];
  /** In the coordinates of monitors and windows. */
  readonly area: Rect;
  readonly key: Uint8Array;
}

/**
 * No error says that text could not be read: then more is withheld (`Observation.fallback`).
 * - any `SensorError`;
 * - `SCREEN_TOO_LARGE`: the monitors together have more pixels than can be looked at;
 * - `SCREEN_UNSETTLED`: denied windows kept moving, opening or closing while the screen was captured.
 */
export type CaptureError =
  | SensorError
  | { readonly code: "SCREEN_TOO_LARGE" | "SCREEN_UNSETTLED"; readonly message: string };

export interface ObserveDeps {
  readonly windows: WindowSensor;
  readonly screens: ScreenSensor;
  readonly findHidden: FindHidden;
}

const CAPTURE_ATTEMPTS = 5;
const LEAVES_BEFORE_TILES = 2;

export const observeDesktop = async (
  request: ObserveRequest,
  deps: ObserveDeps,
): Promise<Result<Observation, CaptureError>> => {
  const capture = await captureDesktop(request, deps);
  if (!capture.ok) return capture;
  const { screens, desktop, denied, activeWindow } = capture.value;
  const grid = fitGrid(desktop, { tilePx: request.tilePx, tilesMax: request.treeSize - LEAVES_BEFORE_TILES });
  const masked = request.isConcealed ? allTiles(grid) : tilesOf(denied, desktop, grid);
  // Before anything is zeroed: what is remembered are pixels as they were.
  const recalled = recallMask(desktop, toPixelGrid(grid), request.remembered.tiles, request.remembered.key);
  zeroTiles(desktop, grid, masked);
  const withheld = request.isConcealed ? NOTHING_FOUND : await findWithheld(desktop, grid, request, deps.findHidden);
  const reasons = recalled.length === 0 ? withheld.tiles : addByHand(withheld.tiles, recalled, grid);
  const redacted = [...reasons].filter(([tile]) => !masked.includes(tile)).sort(([a], [b]) => a - b);
  const { columns, rows, scale } = grid;
  const { rgb, width, height } = scale === 1 ? desktop : shrinkImage(desktop, scale);
  const observation = {
    rgb,
    width,
    height,
    scale,
    tilePx: request.tilePx,
    columns,
    rows,
    displays: screens.map((screen) => fromOrigin(screen, desktop)),
    maskedTiles: masked,
    redactedTiles: redacted.map(([tile]) => tile),
    reasons: new Map(redacted),
    fallback: withheld.fallback,
    activeWindow: request.isConcealed ? null : activeWindow,
  };
  // The brand has no value at run time; this is the one place that gives it.
  return ok(observation as unknown as Observation);
};

const NOTHING_FOUND: Withheld = { tiles: new Map(), fallback: null };

const allTiles = ({ columns, rows }: Pick<Grid, "columns" | "rows">): readonly number[] =>
  Array.from({ length: columns * rows }, (_, tile) => tile);

/** The tiles under an area of the screen as it is now, to be withheld from now on; none where it is of one colour. */
export const rememberDesktop = async (
  request: RememberRequest,
  deps: Pick<ObserveDeps, "windows" | "screens">,
): Promise<Result<readonly RememberedTile[], CaptureError>> => {
  const capture = await captureDesktop(request, deps);
  if (!capture.ok) return capture;
  const { desktop } = capture.value;
  let remembered: readonly RememberedTile[] = [];
  for (const treeSize of request.treeSizes) {
    const grid = fitGrid(desktop, { tilePx: request.tilePx, tilesMax: treeSize - LEAVES_BEFORE_TILES });
    const tiles = new Set(tilesOf([request.area], desktop, grid));
    remembered = rememberMore(remembered, rememberMask(desktop, toPixelGrid(grid), tiles, request.key));
  }
  return ok(remembered);
};

const toPixelGrid = ({ columns, rows, cellPx }: Grid) => ({ columns, rows, tilePx: cellPx });

const captureDesktop = async (
  list: DenyList,
  deps: Pick<ObserveDeps, "windows" | "screens">,
): Promise<Result<Capture & { readonly desktop: VirtualDesktop }, CaptureError>> => {
  const capture = await captureSettled(list, deps);
  if (!capture.ok) return capture;
  const desktop = composeDesktop(capture.value.screens);
  if (desktop === null) return err({ code: "SCREEN_TOO_LARGE", message: "the monitors have too many pixels together" });
  return ok({ ...capture.value, desktop });
};

interface Capture {
  readonly screens: readonly ScreenPixels[];
  readonly denied: readonly Rect[];
  readonly activeWindow: Observation["activeWindow"];
}

/**
 * [Note: List, capture, list] A window can open or move between the list and the picture. So windows are listed
 * before and after: the denied areas of both are masked, and while they differ (a window on its way is at neither of
 * the two places) the picture is thrown away and taken again.
 */
const captureSettled = async (
  request: DenyList,
  { windows, screens }: Pick<ObserveDeps, "windows" | "screens">,
): Promise<Result<Capture, SensorError | CaptureError>> => {
  for (let attempt = 0; attempt < CAPTURE_ATTEMPTS; attempt += 1) {
    const before = await windows.listWindows();
    if (!before.ok) return before;
    const captured = await screens.captureScreens();
    if (!captured.ok) return captured;
    const after = await windows.listWindows();
    if (!after.ok) return after;
    const monitors = captured.value.length;
    const first = findDenied(before.value, request, { monitors });
    const second = findDenied(after.value, request, { monitors });
    if (!sameAreas(areasOf(first), areasOf(second))) continue;
    const denied = [...areasOf(first), ...areasOf(second)];
    return ok({ screens: captured.value, denied, activeWindow: activeOf(after.value, second) });
  }
  return err({ code: "SCREEN_UNSETTLED", message: "denied windows kept changing while the screen was captured" });
};

const areasOf = (windows: readonly DesktopWindow[]): readonly Rect[] => windows.map(({ frame }) => frame);

const activeOf = (windows: readonly DesktopWindow[], denied: readonly DesktopWindow[]): Observation["activeWindow"] => {
  const active = windows.find((window) => window.active);
  if (active === undefined || denied.includes(active)) return null;
  return { title: active.title ?? "", process: active.appNames.at(-1) ?? "" };
};

const sameAreas = (a: readonly Rect[], b: readonly Rect[]): boolean => {
  const names = (areas: readonly Rect[]) =>
    areas
      .map(({ x, y, width, height }) => `${x},${y},${width},${height}`)
      .sort()
      .join(" ");
  return names(a) === names(b);
};

const fromOrigin = ({ x, y, width, height }: Rect, { originX, originY }: VirtualDesktop): Rect => ({
  x: x - originX,
  y: y - originY,
  width,
  height,
});

/** Every tile that a denied area touches, ascending. */
const tilesOf = (
  areas: readonly Rect[],
  desktop: VirtualDesktop,
  { columns, rows, cellPx }: Grid,
): readonly number[] => {
  const placed = areas.map((area) => fromOrigin(area, desktop));
  return allTiles({ columns, rows }).filter((tile) => {
    const place = {
      x: (tile % columns) * cellPx,
      y: Math.floor(tile / columns) * cellPx,
      width: cellPx,
      height: cellPx,
    };
    return placed.some((area) => overlaps(area, place));
  });
};
