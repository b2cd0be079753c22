// What a freelancer may change of what the policy proposed, and when a capture is sent by itself. Pure.
//
// To hide more is always allowed. To show more is allowed within the terms: what they withhold as a kind (all text, all
// pictures) stays withheld, what was masked was never captured, and what has a grave reason needs a second word.
import { bucketOf, FIRST_TILE_INDEX, type LeafState, leafStates } from "@underseal/evidence";
import { DAY_MS, err, HOUR_MS, ok, type Result, slotEndMs, slotStartMs, weekEndOf } from "@underseal/foundation";
import { groupsOf, type Policy, type TileGrid } from "@underseal/redaction";
import { type TileReason, type TileReasons, tileReasons } from "../reduction/tile-reasons.ts";
import type { ReviewState } from "./states.ts";

/** The state of every leaf. Tiles are named by their row-major index, which is that of their leaf less two. */
export type LeafMap = readonly LeafState[];

/** What the policy made of a capture. */
export interface Proposal {
  readonly grid: TileGrid;
  readonly map: LeafMap;
  readonly reasons: TileReasons;
  /** Of the signed terms. */
  readonly policy: Policy;
}

export interface Edit {
  readonly hide: readonly number[];
  readonly reveal: readonly number[];
  /** The second word for tiles with a locked reason. */
  readonly confirmLocked: boolean;
}

/**
 * - `TILE_UNKNOWN`: the picture has no such tile;
 * - `TILE_NEVER_CAPTURED`: a masked tile, which nobody can show;
 * - `TERMS_WITHHOLD`: the signed terms withhold this kind of thing;
 * - `TILE_LOCKED`: shown only with `confirmLocked`.
 */
export interface EditError {
  readonly code: "TILE_UNKNOWN" | "TILE_NEVER_CAPTURED" | "TERMS_WITHHOLD" | "TILE_LOCKED";
  readonly tiles: readonly number[];
}

/** Hides first, then shows exactly the tiles named. Nothing is changed where one tile may not be shown. */
export const applyEdit = (proposal: Proposal, map: LeafMap, edit: Edit): Result<LeafMap, EditError> => {
  const hidden = hideTiles(proposal.grid, map, edit.hide);
  if (!hidden.ok) return hidden;
  const refused = findRefused(proposal, edit);
  if (refused !== null) return err(refused);
  return ok(withTiles(hidden.value, edit.reveal, leafStates.visible));
};

/**
 * The groups that the new tiles are part of are filled to rectangles, so that their outline does not tell what is under
 * it. Groups elsewhere stay as they are: what was shown tile by tile stays shown.
 */
export const hideTiles = (grid: TileGrid, map: LeafMap, tiles: readonly number[]): Result<LeafMap, EditError> => {
  const unknown = tiles.filter((tile) => !isTile(grid, tile));
  if (unknown.length > 0) return err({ code: "TILE_UNKNOWN", tiles: unknown });
  return ok(
    withTiles(map, [...growShape(grid, tilesIn(map, leafStates.redacted), new Set(tiles))], leafStates.redacted),
  );
};

const findRefused = (proposal: Proposal, { reveal, confirmLocked }: Edit): EditError | null => {
  const { grid, map, reasons, policy } = proposal;
  const refusals: readonly (readonly [EditError["code"], (tile: number) => boolean])[] = [
    ["TILE_UNKNOWN", (tile) => !isTile(grid, tile)],
    ["TILE_NEVER_CAPTURED", (tile) => map[FIRST_TILE_INDEX + tile] === leafStates.masked],
    ["TERMS_WITHHOLD", (tile) => isWithheldByTerms(reasons.get(tile) ?? [], policy)],
    ["TILE_LOCKED", (tile) => !confirmLocked && isLocked(reasons.get(tile) ?? [])],
  ];
  for (const [code, isRefused] of refusals) {
    const tiles = reveal.filter(isRefused);
    if (tiles.length > 0) return { code, tiles };
  }
  return null;
};

const WITHHELD_KINDS: Readonly<Record<Policy, readonly TileReason[]>> = {
  structure: ["text", "unread", "code", "picture", "unseen"],
  strict: ["picture", "unseen"],
  matter: [],
  open: [],
};

/**
 * One reason that is a kind of thing is enough: a name in a photo is also the photo. What could not be looked at may be
 * of any kind.
 */
export const isWithheldByTerms = (because: readonly TileReason[], policy: Policy): boolean =>
  because.some((reason) => WITHHELD_KINDS[policy].includes(reason));

export const isLocked = (because: readonly TileReason[]): boolean =>
  because.some((reason) => tileReasons[reason].locked);

/** Each round that changes anything adds a tile, so this ends. */
const growShape = (grid: TileGrid, hidden: readonly number[], added: ReadonlySet<number>): ReadonlySet<number> => {
  const groups = groupsOf(new Set([...hidden, ...added]), grid).map((group) => rectTiles(group, grid));
  const shape = new Set(groups.filter((group) => group.some((tile) => added.has(tile))).flat());
  return shape.size === added.size ? shape : growShape(grid, hidden, shape);
};

const rectTiles = (rect: ReturnType<typeof groupsOf>[number], { columns }: TileGrid): readonly number[] =>
  Array.from(
    { length: rect.width * rect.height },
    (_, i) => (rect.y + Math.floor(i / rect.width)) * columns + rect.x + (i % rect.width),
  );

const isTile = ({ columns, rows }: TileGrid, tile: number): boolean =>
  Number.isInteger(tile) && tile >= 0 && tile < columns * rows;

const tilesIn = (map: LeafMap, wanted: LeafState): readonly number[] =>
  map.slice(FIRST_TILE_INDEX).flatMap((state, tile) => (state === wanted ? [tile] : []));

const withTiles = (map: LeafMap, tiles: readonly number[], state: LeafState): LeafMap => {
  const next = [...map];
  for (const tile of tiles) {
    const index = FIRST_TILE_INDEX + tile;
    if (next[index] !== leafStates.masked) next[index] = state;
  }
  return next;
};

/**
 * What is sent. An approved map is sent as it is. Without approval it is the proposal, and what was hidden on top of it
 * stays hidden: nobody's silence shows more than the policy would, nor what they had hidden by hand.
 */
export const mapToSend = (state: ReviewState, grid: TileGrid, { proposed, edited }: Maps): LeafMap => {
  if (state === "approved") return edited;
  const hidden = tilesIn(proposed, leafStates.redacted);
  const more = new Set(tilesIn(edited, leafStates.redacted).filter((tile) => !hidden.includes(tile)));
  // A rectangle of the edited map may be none here.
  return withTiles(proposed, [...growShape(grid, hidden, more)], leafStates.redacted);
};

export interface Maps {
  /** By the policy. */
  readonly proposed: LeafMap;
  /** By the freelancer. */
  readonly edited: LeafMap;
}

export interface Shares {
  readonly visible: number;
  readonly redacted: number;
  readonly masked: number;
  /** As the records will state them. */
  readonly redactedPermille: number;
  readonly maskedPermille: number;
}

/** Tiles by state, and their shares as buckets (protocol §4.5). */
export const sharesOf = (map: LeafMap): Shares => {
  const count = (state: LeafState) => tilesIn(map, state).length;
  const [visible, redacted, masked] = [leafStates.visible, leafStates.redacted, leafStates.masked].map(count);
  const counts = { visible: visible ?? 0, redacted: redacted ?? 0, masked: masked ?? 0 };
  const tiles = counts.visible + counts.redacted + counts.masked;
  return {
    ...counts,
    redactedPermille: bucketOf(counts.redacted, tiles),
    maskedPermille: bucketOf(counts.masked, tiles),
  };
};

/** Weeks lock on Monday 12:00, unless the operator chose otherwise, which the terms do not say. */
const LOCK_AFTER_WEEK_MS = 12 * HOUR_MS;
/** For a machine that is asleep, or a server that is away. */
const SENDING_MS = 2 * HOUR_MS;
export const WARNING_MS = DAY_MS;

/**
 * When a capture of this segment is sent by itself: so many hours after the segment, but never later than Monday 10:00,
 * two hours before its week locks. `null` hours: then. Milliseconds of wall time.
 */
export const reviewEndMs = (slot: number, reviewHours: number | null): number => {
  const lastMs = weekEndOf(slotStartMs(slot)) + LOCK_AFTER_WEEK_MS - SENDING_MS;
  return reviewHours === null ? lastMs : Math.min(lastMs, slotEndMs(slot) + reviewHours * HOUR_MS);
};

interface Timed {
  readonly state: ReviewState;
  readonly deadlineMs: number;
}

/** A day before it is sent without anybody having looked. */
export const isDueSoon = ({ state, deadlineMs }: Timed, nowMs: number): boolean =>
  state === "waiting" && nowMs >= deadlineMs - WARNING_MS;

/** After the deadline nothing waits any more: what was undone would be sent at once. */
export const canUndo = ({ deadlineMs }: Timed, nowMs: number): boolean => nowMs < deadlineMs;
