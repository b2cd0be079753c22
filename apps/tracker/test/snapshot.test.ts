import { type ContractId, slotOf } from "@underseal/foundation";
import { expect, test } from "vitest";
import { takeSnapshot } from "../src/daemon/snapshot.ts";
import type { TrackedSegment } from "../src/session/work-view.ts";
import { NINE_MS, NO_COUNTS, newId, termsWith } from "./outbox-world.ts";

const contract = newId<ContractId>();
const other = newId<ContractId>();
const NOW_MS = NINE_MS;

const shown = (segments: readonly Partial<TrackedSegment>[], claimant: ContractId | null = null) => {
  const whole = segments.map((segment) => ({ ...SEGMENT, ...segment }));
  const work = {
    ...{ segmentsSince: () => whole, newestCaptures: () => [], openRun: () => null },
    claimantOf: () => claimant,
    newestMemos: () => [],
  };
  const agreement = { contract, clientName: "Acme", terms: termsWith({ odds: 10 }) };
  const known = [agreement, { ...agreement, contract: other, clientName: "Globex" }];
  const doing = {
    state: "tracking",
    sinceMs: null,
    underWay: null,
    memo: "",
    mode: "call",
    next: null,
    concealedUntilMs: null,
  } as const;
  const told = { ...doing, isServerReached: null, failure: null, agreement, known };
  return takeSnapshot({ work, counts: () => NO_COUNTS, faults: () => [] }, told, NOW_MS);
};

const SEGMENT: TrackedSegment = {
  ...{ contract, slot: slotOf(NOW_MS), minutes: 10, mode: "call", hasInput: false, hasChangedWork: false },
};

test("the allowance of a mode is used by this contract's segments that have no other sign of work", () => {
  const silent = Array.from({ length: 48 }, () => ({}));
  const others = [{ hasInput: true }, { contract: other }, { mode: "working" as const }];
  expect(shown([...silent, ...others]).contracts[0]?.modes).toEqual([
    { mode: "call", usedMinutes: 480, maxMinutes: 600, warning: "near" },
    { mode: "reading", usedMinutes: 0, maxMinutes: 300, warning: null },
    { mode: "whiteboard", usedMinutes: 0, maxMinutes: 300, warning: null },
  ]);
});

test("a segment that is another contract's is told until it ends", () => {
  expect(shown([]).billedElsewhere).toBeNull();
  expect(shown([], contract).billedElsewhere).toBeNull();
  expect(shown([], other).billedElsewhere).toEqual({ clientName: "Globex", untilMs: NOW_MS + 600_000 });
});
