// From raw signals to what evidence may be made of. This is the only producer of `Observation`, and everything later
// (tree, sealing, sending) takes nothing else, so no raw pixel can get past it. Whatever goes wrong is an error without
// pixels: a picture that could not be masked does not exist.
import { err, ok, type Result } from "@underseal/foundation";
import {
  boxesToTiles,
  type DetectionModel,
  detectTextBoxes,
  overlaps,
  type Rect,
  type RedactionError,
  shrinkImage,
} from "@underseal/redaction";
import type { ScreenPixels, ScreenSensor, SensorError, WindowSensor } from "../sensors/sensor.ts";
import { type DenyList, deniedAreas, findDenied } from "./deny.ts";
import { composeDesktop, type VirtualDesktop } from "./desktop.ts";
import { fitGrid, type Grid, zeroTiles } from "./grid.ts";

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
  /** Tiles to withhold for the text in them; ascending, none of them masked. */
  readonly redactedTiles: readonly number[];
  /** `null` when no window is active, or the active one is denied. */
  readonly activeWindow: { readonly title: string; readonly process: string } | null;
}

export interface ObserveRequest extends DenyList {
  readonly tilePx: number;
  /** How many leaves the evidence tree has. Two of them are not tiles. */
  readonly treeSize: number;
}

/**
 * - any `SensorError` or `RedactionError`;
 * - `SCREEN_TOO_LARGE`: the monitors together have more pixels than can be looked at;
 * - `SCREEN_UNSETTLED`: denied windows kept moving, opening or closing while the screen was captured.
 */
export type CaptureError =
  | SensorError
  | RedactionError
  | { readonly code: "SCREEN_TOO_LARGE" | "SCREEN_UNSETTLED"; readonly message: string };

export interface ObserveDeps {
  readonly windows: WindowSensor;
  readonly screens: ScreenSensor;
  readonly model: DetectionModel;
}

const CAPTURE_ATTEMPTS = 5;
const LEAVES_BEFORE_TILES = 2;

export const observeDesktop = async (
  request: ObserveRequest,
  deps: ObserveDeps,
): Promise<Result<Observation, CaptureError>> => {
  const capture = await captureSettled(request, deps);
  if (!capture.ok) return capture;
  const { screens, denied, activeWindow } = capture.value;
  const desktop = composeDesktop(screens);
  if (desktop === null) return err({ code: "SCREEN_TOO_LARGE", message: "the monitors have too many pixels together" });
  const grid = fitGrid(desktop, { tilePx: request.tilePx, tilesMax: request.treeSize - LEAVES_BEFORE_TILES });
  const masked = tilesOf(denied, desktop, grid);
  zeroTiles(desktop, grid, masked);
  const boxes = await detectTextBoxes(desktop, { model: deps.model });
  if (!boxes.ok) return boxes;
  const { columns, rows, scale, cellPx } = grid;
  const hidden = boxesToTiles({ boxes: boxes.value, columns, rows, tilePx: cellPx });
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
    redactedTiles: [...hidden].filter((tile) => !masked.includes(tile)).sort((a, b) => a - b),
    activeWindow,
  };
  // The brand has no value at run time; this is the one place that gives it.
  return ok(observation as unknown as Observation);
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
  request: ObserveRequest,
  { windows, screens }: ObserveDeps,
): Promise<Result<Capture, SensorError | CaptureError>> => {
  for (let attempt = 0; attempt < CAPTURE_ATTEMPTS; attempt += 1) {
    const before = await windows.listWindows();
    if (!before.ok) return before;
    const captured = await screens.captureScreens();
    if (!captured.ok) return captured;
    const after = await windows.listWindows();
    if (!after.ok) return after;
    const [first, second] = [deniedAreas(before.value, request), deniedAreas(after.value, request)];
    if (!sameAreas(first, second)) continue;
    const active = after.value.find((window) => window.active);
    const shown = active !== undefined && !findDenied(after.value, request).includes(active) ? active : null;
    const activeWindow = shown && { title: shown.title ?? "", process: shown.appNames.at(-1) ?? "" };
    return ok({ screens: captured.value, denied: [...first, ...second], activeWindow });
  }
  return err({ code: "SCREEN_UNSETTLED", message: "denied windows kept changing while the screen was captured" });
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
  return Array.from({ length: columns * rows }, (_, tile) => tile).filter((tile) => {
    const place = {
      x: (tile % columns) * cellPx,
      y: Math.floor(tile / columns) * cellPx,
      width: cellPx,
      height: cellPx,
    };
    return placed.some((area) => overlaps(area, place));
  });
};
