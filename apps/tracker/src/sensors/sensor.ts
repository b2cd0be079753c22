// The contract between the machine and the rest of the tracker. Sensors are the only code that sees raw signals, and
// they run in child processes only: the native libraries below them end their process when the display goes, and the
// daemon's memory must never hold a pixel that was not masked.
import type { Result } from "@underseal/foundation";
import type { Rect } from "@underseal/redaction";

/**
 * - `NO_DISPLAY`: there is none, or it cannot be reached.
 * - `DISPLAY_UNSUPPORTED`: there is one on which windows cannot be listed, so nothing could be masked.
 * - `DISPLAY_LOST`: it went, or stopped answering, while we were looking.
 * - `NO_WINDOW_LIST`: no window manager publishes which windows there are.
 * - `SCREEN_UNREADABLE`: the pixels cannot be had, or not in a form we know.
 * - `INPUT_UNAVAILABLE`: the input counter is not running (it is started again by itself).
 */
export interface SensorError {
  readonly code:
    | "NO_DISPLAY"
    | "DISPLAY_UNSUPPORTED"
    | "DISPLAY_LOST"
    | "NO_WINDOW_LIST"
    | "SCREEN_UNREADABLE"
    | "INPUT_UNAVAILABLE";
  readonly message: string;
  readonly cause?: unknown;
}

export interface DesktopWindow {
  readonly id: number;
  /** What the title bar shows. `null` when it is written in an encoding we cannot read: then any title may be there. */
  readonly title: string | null;
  /** What the program calls itself (instance and class of WM_CLASS); it may be empty. */
  readonly appNames: readonly string[];
  readonly pid: number | null;
  /** Everything the window covers, in pixels of the virtual desktop: title bar, borders and shadows included. */
  readonly frame: Rect;
  /** Whether any of it can be on a monitor: false when minimised, or taken off the screen with its desktop. */
  readonly visible: boolean;
  /**
   * False on another desktop than the one called current. That does not hide it where there are several monitors: each
   * may show a desktop of its own, and only one of these is called current.
   */
  readonly onCurrentDesktop: boolean;
  readonly active: boolean;
  /** The window that this one is a dialog or menu of. */
  readonly transientFor: number | null;
  /** False for menus and tooltips, which draw themselves past the window manager. */
  readonly managed: boolean;
}

export interface WindowSensor {
  /**
   * All windows in stacking order, the lowest first.
   *
   * Implementations MUST give true frames (a title bar outside of `frame` would show what the window is about), MUST
   * include menus and other windows that no manager manages, MUST leave out only windows that are gone by the time
   * they are asked about, and MUST answer with an error, never with a shorter list, when anything else fails.
   */
  listWindows(): Promise<Result<readonly DesktopWindow[], SensorError>>;
  /** Milliseconds since the last input of any kind; `null` where the display does not say. */
  readIdleMs(): Promise<Result<number | null, SensorError>>;
  close(): void;
}

export interface ScreenPixels {
  /** The monitor's place on the virtual desktop; negative left of or above the first one. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** `width × height × 3` bytes. */
  readonly rgb: Uint8Array;
}

export interface ScreenSensor {
  /**
   * The pixels of every monitor, now.
   *
   * Implementations MUST give all monitors or an error, MUST use the same coordinates as `DesktopWindow.frame`, and
   * MUST NOT write pixels anywhere.
   */
  captureScreens(): Promise<Result<readonly ScreenPixels[], SensorError>>;
}

/** How much was typed and clicked since the last time somebody asked. */
export interface InputCounts {
  /** Keys released: a key that is held counts once. */
  readonly keys: number;
  /** Mouse buttons pressed. */
  readonly buttons: number;
  readonly wheelSteps: number;
  readonly moves: number;
}

export interface InputSensor {
  /**
   * The counts since the last call, which starts counting anew.
   *
   * Implementations MUST NOT look at which key, button or place an event is about, and MUST NOT keep when single
   * events happened: the times between keys tell what was typed.
   */
  takeCounts(): InputCounts;
  stop(): void;
}
