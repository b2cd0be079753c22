// The words for what is planned: a set consists of screens, a screen of monitors.
import type { Language } from "./languages/index.ts";
import type { PageKind } from "./pages/index.ts";
import type { TerminalWindow } from "./terminals/lines.ts";

export interface SetParameters {
  readonly name: string;
  readonly seed: number;
  readonly pageKinds: Readonly<Record<string, PageKind>>;
  readonly languages: readonly Language[];
  readonly terms: readonly string[];
  readonly screensOfEachKind: number;
  readonly windowScreens: number;
  readonly monitorScreens: number;
  readonly terminalScreens: number;
}

export interface BrowserMonitor {
  readonly type: "browser";
  readonly html: string;
  /** In pixels of the page; the picture has `scale` times as many. */
  readonly width: number;
  readonly height: number;
  readonly scale: number;
}

export interface TerminalMonitor {
  readonly type: "terminals";
  /** From the back to the front. */
  readonly windows: readonly TerminalWindow[];
}

export interface ScreenPlan {
  readonly id: string;
  readonly kind: string;
  /** What is on it, for the tables. */
  readonly look: string;
  readonly monitors: readonly (BrowserMonitor | TerminalMonitor)[];
  readonly languages: readonly Language["code"][];
  readonly terms: readonly string[];
}

/** Of body text. */
export const SIZES_PX = [9, 10, 11, 12, 13, 14, 16, 18, 20, 24];

/** The list over and over again. */
export const cycled = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
