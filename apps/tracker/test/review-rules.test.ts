// What may be changed of a proposal, what is sent, and when. Tiles of a grid of six columns and four rows are drawn as
// `.` visible, `#` withheld, `m` masked.
import { FIRST_TILE_INDEX, type LeafState, leafStates } from "@underseal/evidence";
import { DAY_MS, HOUR_MS, slotOf } from "@underseal/foundation";
import { policies, reasons } from "@underseal/redaction";
import { describe, expect, test } from "vitest";
import { addByHand, reasonsOfHidden, type TileReason, tileReasons } from "../src/reduction/tile-reasons.ts";
import {
  applyEdit,
  canUndo,
  hideTiles,
  isDueSoon,
  isWithheldByTerms,
  type LeafMap,
  mapToSend,
  type Proposal,
  reviewEndMs,
  sharesOf,
} from "../src/review/rules.ts";
import { nextReviewState, type ReviewEvent, type ReviewState, reviewStates } from "../src/review/states.ts";

const grid = { columns: 6, rows: 4 };
const MARKS = [".", "#", "m"];

const mapOf = (...lines: readonly string[]): LeafMap => {
  const tiles = [...lines.join("")].map((mark) => MARKS.indexOf(mark) as LeafState);
  const leaves: LeafState[] = [leafStates.visible, leafStates.redacted, ...tiles];
  return [...leaves, ...Array.from({ length: 32 - leaves.length }, () => leafStates.padding)];
};

const draw = (map: LeafMap): readonly string[] => {
  const marks = map.slice(FIRST_TILE_INDEX, FIRST_TILE_INDEX + 24).map((state) => MARKS[state]);
  return [0, 6, 12, 18].map((from) => marks.slice(from, from + 6).join(""));
};

const EMPTY = mapOf("......", "......", "......", "......");

const proposalOf = (map: LeafMap, because: Readonly<Record<number, readonly TileReason[]>> = {}): Proposal => ({
  ...{ grid, map, policy: "strict" },
  reasons: new Map(Object.entries(because).map(([tile, codes]) => [Number(tile), codes])),
});

const edit = (changes: Partial<Parameters<typeof applyEdit>[2]>) => ({
  ...{ hide: [], reveal: [], confirmLocked: false },
  ...changes,
});

describe("the state of a review", () => {
  const events: readonly ReviewEvent[] = ["approve", "drop", "undo", "disclose", "destroy"];
  const table: Readonly<Record<ReviewState, readonly (ReviewState | null)[]>> = {
    waiting: ["approved", "dropped", null, "sent", null],
    approved: [null, "dropped", "waiting", "sent", null],
    sent: [null, null, null, null, null],
    dropped: [null, null, "waiting", "sent", "destroyed"],
    destroyed: [null, null, null, null, null],
  };

  test.each(reviewStates.flatMap((state) => events.map((event, i) => [state, event, table[state][i]] as const)))(
    "%s, %s: %s",
    (state, event, next) => {
      expect(nextReviewState(state, event)).toBe(next);
    },
  );
});

describe("hiding more", () => {
  test("withholds exactly one tile where nothing is near", () => {
    const hidden = hideTiles(grid, EMPTY, [7]);
    expect(hidden.ok && draw(hidden.value)).toEqual(["......", ".#....", "......", "......"]);
  });

  test("fills what was drawn to its rectangle, so that its outline tells nothing", () => {
    const hidden = hideTiles(grid, EMPTY, [6, 13, 8]);
    expect(hidden.ok && draw(hidden.value)).toEqual(["......", "###...", "###...", "......"]);
  });

  test("grows over the groups that it touches, and no further", () => {
    const map = mapOf("#...#.", "......", "..#...", "......");
    const hidden = hideTiles(grid, map, [7]);
    expect(hidden.ok && draw(hidden.value)).toEqual(["###.#.", "###...", "###...", "......"]);
  });

  test("grows on over groups that its rectangle comes to touch", () => {
    const map = mapOf("#..#..", "......", "..#...", "......");
    const hidden = hideTiles(grid, map, [7]);
    expect(hidden.ok && draw(hidden.value)).toEqual(["####..", "####..", "####..", "......"]);
  });

  test("leaves groups elsewhere as the freelancer left them, holes and all", () => {
    const map = mapOf("###...", "#.#...", "###...", "......");
    const hidden = hideTiles(grid, map, [23]);
    expect(hidden.ok && draw(hidden.value)).toEqual(["###...", "#.#...", "###...", ".....#"]);
  });

  test("leaves masked tiles masked: nobody has their pixels", () => {
    const hidden = hideTiles(grid, mapOf("..m...", "......", "......", "......"), [1, 3]);
    expect(hidden.ok && draw(hidden.value)).toEqual([".#m#..", "......", "......", "......"]);
    const over = hideTiles(grid, mapOf("..m...", "......", "......", "......"), [1, 2, 3]);
    expect(over.ok && draw(over.value)).toEqual([".#m#..", "......", "......", "......"]);
  });

  test.each([-1, 24, 0.5, Number.NaN])("refuses tile %d, which is not there", (tile) => {
    expect(hideTiles(grid, EMPTY, [0, tile])).toEqual({ ok: false, error: { code: "TILE_UNKNOWN", tiles: [tile] } });
  });
});

describe("showing more", () => {
  const map = mapOf("####..", "####..", "m.....", "......");
  const proposal = proposalOf(map, {
    ...{ 0: ["name"], 1: ["password", "name"], 2: ["picture"], 3: ["password", "picture"] },
    ...{ 6: ["unread"], 7: ["filled"], 8: ["text"], 9: ["unseen"] },
  });

  test("shows exactly the tiles named, without a rectangle", () => {
    const shown = applyEdit(proposal, map, edit({ reveal: [0, 7] }));
    expect(shown.ok && draw(shown.value)).toEqual([".###..", "#.##..", "m.....", "......"]);
  });

  test("of a grave reason takes a second word", () => {
    const refused = applyEdit(proposal, map, edit({ reveal: [0, 1] }));
    expect(refused).toEqual({ ok: false, error: { code: "TILE_LOCKED", tiles: [1] } });
    const shown = applyEdit(proposal, map, edit({ reveal: [0, 1], confirmLocked: true }));
    expect(shown.ok && draw(shown.value)).toEqual(["..##..", "####..", "m.....", "......"]);
  });

  test.each([
    ["a masked tile", [12], "TILE_NEVER_CAPTURED"],
    ["a tile that is not there", [24], "TILE_UNKNOWN"],
    ["what the terms withhold", [2], "TERMS_WITHHOLD"],
    ["what they withhold and has a graver reason too", [3], "TERMS_WITHHOLD"],
    ["what could not be looked at", [9], "TERMS_WITHHOLD"],
  ])("never shows %s, whatever is confirmed", (_, reveal, code) => {
    const refused = applyEdit(proposal, map, edit({ reveal, confirmLocked: true }));
    expect(refused).toEqual({ ok: false, error: { code, tiles: reveal } });
  });

  test("in one edit with hiding, the tiles named last stay shown", () => {
    const changed = applyEdit(proposal, map, edit({ hide: [20], reveal: [0] }));
    expect(changed.ok && draw(changed.value)).toEqual([".###..", "####..", "m.....", "..#..."]);
  });

  test("of what the freelancer hid themselves needs no second word", () => {
    const hidden = hideTiles(grid, map, [23]);
    const shown = hidden.ok ? applyEdit(proposal, hidden.value, edit({ reveal: [23] })) : hidden;
    expect(shown.ok && draw(shown.value)).toEqual(draw(map));
  });

  test.each(policies)("under %s the terms themselves withhold these kinds", (policy) => {
    const structure = ["text", "unread", "code", "picture", "unseen"];
    const withheld = { structure, strict: ["picture", "unseen"], matter: [], open: [] }[policy];
    const found = Object.keys(tileReasons).filter((code) => isWithheldByTerms([code as TileReason], policy));
    expect(found.sort()).toEqual(withheld.sort());
  });
});

describe("what is sent", () => {
  const proposed = mapOf("##....", "......", "......", "......");
  const edited = mapOf(".#....", "......", "......", "...##.");

  test("is the map as the freelancer left it where they approved", () => {
    expect(mapToSend("approved", grid, { proposed, edited })).toEqual(edited);
  });

  test("is the proposal where nobody touched it", () => {
    expect(mapToSend("waiting", grid, { proposed, edited: proposed })).toEqual(proposed);
  });

  test("without a word shows nothing that the proposal hides, and nothing that was hidden by hand", () => {
    expect(draw(mapToSend("waiting", grid, { proposed, edited }))).toEqual(["##....", "......", "......", "...##."]);
  });

  test("without a word has rectangles again, where a hidden part of another shape was shown in between", () => {
    const shown = mapOf("#.#...", "#.#...", "......", "......");
    const whole = mapOf("##....", "##....", "......", "......");
    const step = mapOf("#.....", "#.#...", "......", "......");
    expect(draw(mapToSend("waiting", grid, { proposed: whole, edited: shown }))).toEqual([
      "###...",
      "###...",
      "......",
      "......",
    ]);
    expect(draw(mapToSend("waiting", grid, { proposed: whole, edited: step }))).toEqual([
      "###...",
      "###...",
      "......",
      "......",
    ]);
  });

  test("has its shares counted over the tiles of the picture", () => {
    expect(sharesOf(mapOf("######", "......", "m.....", "......"))).toEqual({
      ...{ visible: 17, redacted: 6, masked: 1 },
      ...{ redactedPermille: 300, maskedPermille: 50 },
    });
    expect(sharesOf(EMPTY)).toMatchObject({ redactedPermille: 0, maskedPermille: 0 });
  });
});

describe("the end of a review", () => {
  const MONDAY = Date.UTC(2026, 10, 23);

  test.each([
    ["in the middle of the week", Date.UTC(2026, 10, 18, 9), null, MONDAY + 10 * HOUR_MS],
    ["in the first segment of the week", Date.UTC(2026, 10, 16), null, MONDAY + 10 * HOUR_MS],
    ["in the last one", MONDAY - 1, null, MONDAY + 10 * HOUR_MS],
    ["in the first one of the next", MONDAY, null, MONDAY + 7 * DAY_MS + 10 * HOUR_MS],
    ["with a day to review", Date.UTC(2026, 10, 18, 9), 24, Date.UTC(2026, 10, 19, 9, 10)],
    ["with more time than the week has left", MONDAY - HOUR_MS, 100, MONDAY + 10 * HOUR_MS],
  ])("%s", (_, takenMs, hours, expected) => {
    expect(reviewEndMs(slotOf(takenMs), hours)).toBe(expected);
  });

  test.each([
    ["waiting", -1, false],
    ["waiting", 0, true],
    ["waiting", DAY_MS, true],
    ["approved", 0, false],
    ["dropped", 0, false],
    ["sent", 0, false],
  ] as const)("of one that is %s is told a day before (%d ms after that: %s)", (state, afterMs, isTold) => {
    const deadlineMs = MONDAY;
    expect(isDueSoon({ state, deadlineMs }, MONDAY - DAY_MS + afterMs)).toBe(isTold);
  });

  test("ends what can be undone", () => {
    const review = { state: "approved", deadlineMs: MONDAY } as const;
    expect([-1, 0, 1].map((ms) => canUndo(review, MONDAY + ms))).toEqual([true, false, false]);
  });
});

describe("the reason of a tile", () => {
  const wide = { columns: 12, rows: 6, tilePx: 64 };
  const at = (column: number, row: number) => ({ x: column * 64 + 8, y: row * 64 + 8, width: 20, height: 20 });

  test("is all of what is under it and beside it, the gravest first", () => {
    const found = reasonsOfHidden(
      [
        { box: at(1, 1), reason: "password" },
        { box: at(2, 1), reason: "unread" },
      ],
      wide,
    );
    expect([0, 1, 2, 3].map((column) => found.get(column))).toEqual([
      ["password"],
      ["password", "unread"],
      ["password", "unread"],
      ["unread"],
    ]);
    expect(found.size).toBe(12);
  });

  test("is the rectangle where nothing else is, and the hand where it was hidden before", () => {
    const found = reasonsOfHidden([{ box: at(1, 1), reason: "name" }], wide);
    const more = addByHand(found, [3 + 2 * 12, 4 + 3 * 12], wide);
    expect(more.get(3 + 2 * 12)).toEqual(["byHand"]);
    expect(more.get(4)).toEqual(["filled"]);
    expect(more.get(0)).toEqual(["name"]);
  });

  test("has a sentence and a lock, as the redaction has", () => {
    expect(tileReasons).toMatchObject(reasons);
    expect(tileReasons.unseen.locked).toBe(true);
  });
});
