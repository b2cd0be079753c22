// Which parts of the screen must not be captured at all. Doubt counts as denied: a title we cannot read may be any
// title, and a menu that says nothing about its owner may belong to the denied program that is on the screen.
import type { DesktopWindow } from "../sensors/sensor.ts";

/**
 * `contains` is compared without regard to case:
 * - `app`: with the program's names;
 * - `title`: with the window's title;
 * - `host`: with the title, as a whole host or the end of one (`bank.example` is in `login.bank.example`). X11 says
 *   nothing about addresses, so a page that does not name its host in its title is not found by it. A browser
 *   extension that tells the address can serve the same rules later.
 */
export interface DenyRule {
  readonly field: (typeof denyFields)[number];
  readonly contains: string;
}

export const denyFields = ["app", "title", "host"] as const;

export interface DenyList {
  readonly rules: readonly DenyRule[];
  /** Our own programs, whose review window would show what was hidden. */
  readonly ownPids: readonly number[];
}

/** The windows on the screen of which nothing may be captured, with their dialogs and menus. */
export const findDenied = (
  windows: readonly DesktopWindow[],
  list: DenyList,
  { monitors }: { readonly monitors: number },
): readonly DesktopWindow[] => {
  const visible = windows.filter((window) => window.visible && (window.onCurrentDesktop || monitors > 1));
  const denied = new Set(visible.filter((window) => isDenied(window, list)));
  if (denied.size === 0) return [];
  for (const window of withOwners(visible, denied)) denied.add(window);
  return visible.filter((window) => denied.has(window));
};

const isDenied = (window: DesktopWindow, { rules, ownPids }: DenyList): boolean =>
  (window.pid !== null && ownPids.includes(window.pid)) || rules.some((rule) => isMatch(window, rule));

const isMatch = ({ appNames, title }: DesktopWindow, { field, contains }: DenyRule): boolean => {
  if (field === "app") return appNames.some((name) => fold(name).includes(fold(contains)));
  if (title === null) return true;
  return field === "title" ? fold(title).includes(fold(contains)) : namesHost(fold(title), fold(contains));
};

const HOST_LETTER = /[\p{L}\p{N}-]/u;

const namesHost = (title: string, rule: string): boolean => {
  const host = rule.replace(/^www\./, "");
  // What names no host denies every title, as any doubt does.
  if (host === "") return true;
  for (let at = title.indexOf(host); at >= 0; at = title.indexOf(host, at + 1)) {
    const [before, after] = [title[at - 1] ?? " ", title[at + host.length] ?? " "];
    if (!HOST_LETTER.test(before) && !HOST_LETTER.test(after)) return true;
  }
  return false;
};

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
