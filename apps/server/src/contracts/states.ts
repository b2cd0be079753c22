import { assert, err, ok, type Result } from "@underseal/foundation";

//   (propose)
//       ▼
//   proposed ──accept──▶ active ◀──resume── paused
//       │                   │ └────pause─────▶ │
//       └──────end──────▶ ended ◀─────end──────┘
//
// Work counts while a contract is active, and only then.

export type ContractState = "proposed" | "active" | "paused" | "ended";

export type ContractEvent = "accept" | "pause" | "resume" | "end";

const moves: Readonly<Record<ContractState, Readonly<Partial<Record<ContractEvent, ContractState>>>>> = {
  proposed: { accept: "active", end: "ended" },
  active: { pause: "paused", end: "ended" },
  paused: { resume: "active", end: "ended" },
  ended: {},
};

export const next = (state: ContractState, event: ContractEvent): Result<ContractState, "MOVE_FORBIDDEN"> => {
  const to = moves[state][event];
  return to === undefined ? err("MOVE_FORBIDDEN") : ok(to);
};

/** [fromMs, toMs); `null`: it goes on. */
export interface ActiveSpan {
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** When the contract was active, from its moves in the order in which they happened. Empty spans are left out. */
export const activeSpans = (
  moved: readonly { readonly to: ContractState; readonly atMs: number }[],
): readonly ActiveSpan[] => {
  const spans: ActiveSpan[] = [];
  let fromMs: number | null = null;
  for (const { to, atMs } of moved) {
    if (to === "active") {
      assert(fromMs === null, "an active contract is not made active");
      fromMs = atMs;
    } else if (fromMs !== null) {
      if (atMs > fromMs) spans.push({ fromMs, toMs: atMs });
      fromMs = null;
    }
  }
  return fromMs === null ? spans : [...spans, { fromMs, toMs: null }];
};
