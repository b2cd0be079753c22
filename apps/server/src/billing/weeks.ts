import { assert, type ContractId, err, ok, type PersonId, type Result } from "@underseal/foundation";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import { weekTimes } from "./calendar.ts";
import type { BillingError } from "./errors.ts";
import { invoiceWeek, releaseWeek } from "./invoicing.ts";
import type { BillingDeps } from "./ports.ts";
import { DUE_EVENTS, dueAtMs, nextWeekState, type WeekEvent, type WeekState } from "./states.ts";
import { changeWeek, lockDueWeek, lockWeek, type WeekKey, type WeekRow } from "./store.ts";

// How weeks move on: by time (`tick`), or by the client. Time is data: each week's row says when it is due, so a tick
// with any `nowMs` does all that is due by then, whoever runs it and however long nobody did.

export interface WeekFault {
  readonly key: WeekKey;
  readonly cause: unknown;
}

export interface TickOutcome {
  readonly steps: number;
  /** Weeks whose step failed; the others went on, and these are tried again by the next tick. */
  readonly faults: readonly WeekFault[];
}

/** One tick ends after this many steps; the next one goes on. */
const STEPS_MAX = 5_000;
const FAULTS_MAX = 50;

/** Does every step that is due, each in a transaction of its own. Two ticks at once share the work. */
export const tickWeeks = async (deps: BillingDeps, nowMs: number): Promise<TickOutcome> => {
  const faults: WeekFault[] = [];
  for (let steps = 0; steps < STEPS_MAX; steps += 1) {
    const outcome = await advanceDueWeek(deps, { nowMs, except: faults.map(({ key }) => key) });
    if (outcome === "none") return { steps, faults };
    if (outcome !== "done") faults.push(outcome);
    if (faults.length >= FAULTS_MAX) return { steps, faults };
  }
  return { steps: STEPS_MAX, faults };
};

/** One step of one week that is due and that nobody else works on. Throws only where the database cannot be reached. */
export const advanceDueWeek = async (
  deps: BillingDeps,
  due: { readonly nowMs: number; readonly except: readonly WeekKey[] },
): Promise<"done" | "none" | WeekFault> => {
  let key: WeekKey | null = null;
  try {
    return await transact(deps.database, systemActor, async (tx) => {
      const week = await lockDueWeek(tx, due);
      if (week === null) return "none";
      key = week;
      const event = DUE_EVENTS[week.state];
      assert(event !== null, "a week that is due has something to do");
      await moveWeek(deps, tx, week, { event, actorId: null, atMs: due.nowMs });
      return "done";
    });
  } catch (cause) {
    if (key === null) throw cause;
    return { key, cause };
  }
};

interface Move {
  readonly event: WeekEvent;
  /** `null` where time does it. */
  readonly actorId: PersonId | null;
  readonly atMs: number;
}

/** The event's money and the change of state, together or not at all. The week must be locked. */
const moveWeek = async (deps: BillingDeps, tx: Transaction, week: WeekRow, move: Move): Promise<WeekState> => {
  const to = nextWeekState(week.state, move.event);
  assert(to !== null, `a week that is ${week.state} does not ${move.event}`);
  const invoice = move.event === "invoice" ? await invoiceWeek(tx, week, move.atMs) : null;
  if (move.event === "release") await releaseWeek(tx, week, move.atMs);
  const changed = await changeWeek(tx, week, {
    from: week.state,
    to,
    dueAtMs: dueAtMs(to, weekTimes(deps.calendar, weekStartMsOf(week))),
    invoiceId: invoice?.id ?? week.invoiceId,
    actorId: move.actorId,
    atMs: move.atMs,
  });
  assert(changed, "a locked week keeps its state");
  return to;
};

export const weekStartMsOf = ({ weekStart }: Pick<WeekKey, "weekStart">): number =>
  Date.parse(`${weekStart}T00:00:00Z`);

/** The client approves before the review ends. A week that is approved already stays as it is. */
export const approveWeek = async (
  deps: BillingDeps,
  command: { readonly contractId: ContractId; readonly weekStart: string; readonly personId: PersonId },
): Promise<Result<"approved", BillingError>> =>
  transact(deps.database, systemActor, async (tx) => {
    const { contractId, weekStart, personId } = command;
    const parties = await deps.partiesOf(tx, contractId);
    if (parties === null) return err({ code: "CONTRACT_UNKNOWN" });
    if (parties.clientId !== personId) {
      return err({ code: parties.freelancerId === personId ? "NOT_THE_CLIENT" : "CONTRACT_UNKNOWN" });
    }
    const week = await lockWeek(tx, { contractId, weekStart });
    if (week === null) return err({ code: "WEEK_UNKNOWN" });
    if (week.state === "open" || week.state === "locked") return err({ code: "WEEK_NOT_LOCKED" });
    if (week.state === "in_review") {
      await moveWeek(deps, tx, week, { event: "approve", actorId: personId, atMs: deps.clock.now() });
    }
    return ok("approved");
  });
