// The review over HTTP. Each call names its capture in a body, those that only look as well: names of captures do not
// belong into addresses.
import { ok, type Result } from "@underseal/foundation";
import type { Reviews } from "../review/index.ts";

type Body = Readonly<Record<string, unknown>>;

type Called = Result<unknown, { readonly code: string }>;

/** `null` where the body is not of its form. */
type Call = (reviews: Reviews, body: Body) => Called | Promise<Called> | null;

/** A capture whose name is no text is unknown as any other. */
const nameIn = ({ capture }: Body): string => (typeof capture === "string" ? capture : "");

export const reviewCalls: Readonly<Record<string, Call>> = {
  "/reviews/find": (reviews, body) => reviews.find(nameIn(body)),
  "/reviews/reset": (reviews, body) => reviews.reset(nameIn(body)),
  "/reviews/drop": (reviews, body) => reviews.drop(nameIn(body)),
  "/reviews/undo": (reviews, body) => reviews.undo(nameIn(body)),
  "/reviews/measure": (reviews, body) => reviews.measure(nameIn(body)),
  "/reviews/edit": (reviews, { hide, reveal, confirmLocked, ...body }) =>
    isTiles(hide) && isTiles(reveal) && typeof confirmLocked === "boolean"
      ? reviews.edit(nameIn(body), { hide, reveal, confirmLocked })
      : null,
  "/reviews/hide-in-day": (reviews, { tiles, ...body }) =>
    isTiles(tiles) ? reviews.hideInDay(nameIn(body), tiles) : null,
  "/reviews/approve": (reviews, { seen }) => (isSeen(seen) ? ok(reviews.approve(seen)) : null),
};

/** The largest picture has as many. */
const TILES_MAX = 4_096;
const SEEN_MAX = 1_000;

const isTiles = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.length <= TILES_MAX && value.every(Number.isSafeInteger);

const isSeen = (value: unknown): value is Parameters<Reviews["approve"]>[0] =>
  Array.isArray(value) &&
  value.length <= SEEN_MAX &&
  value.every((one) => typeof one?.capture === "string" && typeof one.revision === "string");

const SENTENCES: Readonly<Record<string, string>> = {
  CAPTURE_UNKNOWN: "there is no such capture any more",
  NOT_NOW: "it is approved, dropped or gone already; what is not gone yet can be undone",
  DEADLINE_PASSED: "its time is over, and it is being sent",
  TERMS_UNKNOWN: "its contract is not known here yet: wait until the server has answered once",
  SEGMENT_OPEN: "its ten minutes go on: look again when they are over",
  TILE_UNKNOWN: "the picture has no such part",
  TILE_NEVER_CAPTURED: "this was never captured, so nobody can show it",
  TERMS_WITHHOLD: "the contract withholds this kind of thing, so nobody can show it",
  TILE_LOCKED: "this may be a secret: say that it is to be shown all the same",
};

/** Children fail in more ways than have a sentence. */
export const explainReview = (code: string): string => SENTENCES[code] ?? `the picture could not be opened (${code})`;
