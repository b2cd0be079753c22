import type { ProtectionTerms, SegmentFacts, WorkMode } from "./facts.ts";

// Declared modes, rule 4: a call, reading or whiteboard work has no input to show, so that for some minutes a week the
// declaration stands in for it.

export type DeclaredMode = Exclude<WorkMode, "working">;

export type ModeMinutes = Readonly<Record<DeclaredMode, number>>;

export const NO_MODE_MINUTES: ModeMinutes = { call: 0, reading: 0, whiteboard: 0 };

/** Where there was input or a changed work product, the mode is not needed, and nothing of its allowance is used. */
export const addModeMinutes = (
  sums: ModeMinutes,
  { minutes, mode, hasInput, hasChangedWork }: Pick<SegmentFacts, "minutes" | "mode" | "hasInput" | "hasChangedWork">,
): ModeMinutes => (mode === "working" || hasInput || hasChangedWork ? sums : { ...sums, [mode]: sums[mode] + minutes });

export interface ModeAllowance {
  readonly mode: DeclaredMode;
  readonly usedMinutes: number;
  readonly maxMinutes: number;
  /** `near` from 80 of a hundred on; `used-up`: no further minute counts. */
  readonly warning: "near" | "used-up" | null;
}

export const modeAllowances = (
  { modeWeekMaxMinutes }: Pick<ProtectionTerms, "modeWeekMaxMinutes">,
  used: ModeMinutes,
): readonly ModeAllowance[] =>
  DECLARED_MODES.map((mode) => {
    const [usedMinutes, maxMinutes] = [used[mode], modeWeekMaxMinutes[mode]];
    const isNear = usedMinutes * 10 >= maxMinutes * 8;
    return { mode, usedMinutes, maxMinutes, warning: usedMinutes >= maxMinutes ? "used-up" : isNear ? "near" : null };
  });

const DECLARED_MODES: readonly DeclaredMode[] = ["call", "reading", "whiteboard"];
