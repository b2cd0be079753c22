// Where one can go from a segment: to its other captures, to the neighbours in its week, back to the diary.
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { dateOf, slotStartMs, weekStartOf } from "@underseal/foundation";
import { useEffect } from "react";
import { useServices } from "../../lib/services.ts";
import { diaryQuery } from "../diary/queries.ts";

export interface Steps {
  readonly contractId: string;
  readonly week: string;
  readonly captureNumber: number;
  readonly captureCount: number;
  readonly previousSlot: number | null;
  readonly nextSlot: number | null;
  readonly goToCapture: (number: number) => void;
  readonly goToSlot: (slot: number | null) => void;
  readonly goBack: () => void;
}

/** Works while a segment is still being loaded, too: whoever holds `j` down passes through. */
export const useSteps = ({
  contractId,
  slot,
  captureCount,
}: {
  readonly contractId: string;
  readonly slot: number;
  readonly captureCount: number;
}): Steps => {
  const services = useServices();
  const navigate = useNavigate();
  const { capture = 1 } = useSearch({ from: "/signed/open/contracts/$contractId/segments/$slot" });
  const week = dateOf(weekStartOf(slotStartMs(slot)));
  const diary = useQuery(diaryQuery(services, { contractId, week }));
  const slots = (diary.data ?? []).map((segment) => segment.slot).toSorted((a, b) => a - b);
  const steps: Steps = {
    contractId,
    week,
    captureNumber: Math.min(capture, Math.max(1, captureCount)),
    captureCount,
    previousSlot: slots.findLast((other) => other < slot) ?? null,
    nextSlot: slots.find((other) => other > slot) ?? null,
    goToCapture: (number) => {
      if (number < 1 || number > captureCount) return;
      void navigate({
        to: "/contracts/$contractId/segments/$slot",
        params: { contractId, slot },
        search: { capture: number },
        replace: true,
      });
    },
    goToSlot: (other) => {
      if (other === null) return;
      void navigate({ to: "/contracts/$contractId/segments/$slot", params: { contractId, slot: other } });
    },
    goBack: () => void navigate({ to: "/contracts/$contractId/diary", params: { contractId }, search: { week } }),
  };
  useKeys(steps);
  return steps;
};

const useKeys = (steps: Steps): void => {
  useEffect(() => {
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => steps.goToCapture(steps.captureNumber - 1),
      ArrowRight: () => steps.goToCapture(steps.captureNumber + 1),
      j: () => steps.goToSlot(steps.nextSlot),
      k: () => steps.goToSlot(steps.previousSlot),
      Escape: steps.goBack,
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isOperated(event.target)) return;
      const action = actions[event.key];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  });
};

/** Fields and open menus use these keys themselves. */
const isOperated = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest("input, textarea, select, [role=menu], [role=listbox]") !== null;
