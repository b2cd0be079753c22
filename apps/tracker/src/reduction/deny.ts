// Which parts of the screen must not be captured at all. Doubt counts as denied: a title we cannot read may be any
// title, and a menu that says nothing about its owner may belong to the denied program that is on the screen.
import type { Rect } from "@underseal/redaction";
import type { DesktopWindow } from "../sensors/sensor.ts";

/** `contains` is compared without regard to case with the program's names or the window's title. */
export interface DenyRule {
  readonly field: "app" | "title";
  readonly contains: string;
}

export interface DenyList {
  readonly rules: readonly DenyRule[];
  /** Our own programs, whose review window would show what was hidden. */
  readonly ownPids: readonly number[];
}

/** The windows on the screen of which nothing may be captured, with their dialogs and menus. */
export const findDenied = (windows: readonly DesktopWindow[], list: DenyList): readonly DesktopWindow[] => {
  const visible = windows.filter((window) => window.visible);
  const denied = new Set(visible.filter((window) => isDenied(window, list)));
  if (denied.size === 0) return [];
  for (const window of withOwners(visible, denied)) denied.add(window);
  return visible.filter((window) => denied.has(window));
};

export const deniedAreas = (windows: readonly DesktopWindow[], list: DenyList): readonly Rect[] =>
  findDenied(windows, list).map(({ frame }) => frame);

const isDenied = ({ appNames, title, pid }: DesktopWindow, { rules, ownPids }: DenyList): boolean =>
  (pid !== null && ownPids.includes(pid)) ||
  rules.some(({ field, contains }) =>
    field === "app" ? appNames.some((name) => includes(name, contains)) : title === null || includes(title, contains),
  );

const includes = (text: string, part: string): boolean => fold(text).includes(fold(part));

const fold = (text: string): string => text.normalize("NFKC").toLowerCase();

/** Dialogs of denied windows, dialogs of those, and menus of their programs or of nobody we know. */
const withOwners = (
  visible: readonly DesktopWindow[],
  denied: ReadonlySet<DesktopWindow>,
): readonly DesktopWindow[] => {
  const ids = new Set([...denied].map(({ id }) => id));
  const pids = new Set([...denied].flatMap(({ pid }) => pid ?? []));
  for (let size = -1; size !== ids.size; ) {
    size = ids.size;
    for (const { id, transientFor } of visible) if (transientFor !== null && ids.has(transientFor)) ids.add(id);
  }
  return visible.filter(({ id, managed, pid, appNames }) => {
    if (ids.has(id)) return true;
    if (managed) return false;
    return pid === null ? appNames.length === 0 : pids.has(pid);
  });
};
