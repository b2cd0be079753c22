// Which screen to look at, decided before anything is started, so that a missing one is one sentence with the remedy.
import { err, ok, type Result } from "@underseal/foundation";
import type { SensorError } from "./sensor.ts";
import { openWindowsX11 } from "./windows-x11.ts";

export interface DisplaySettings {
  readonly display: string | undefined;
  readonly waylandDisplay: string | undefined;
}

export interface DisplayDescription {
  /** What `DISPLAY` must be for the sensors' processes. */
  readonly display: string;
  readonly windowCount: number;
}

/** Tries the display: it must answer and list its windows. */
export const describeDisplay = async (settings: DisplaySettings): Promise<Result<DisplayDescription, SensorError>> => {
  const { display, waylandDisplay } = settings;
  if (waylandDisplay) {
    // X programs can run there too, but the others do not show in the list of windows and would stay unmasked.
    const message =
      "a Wayland session does not list its windows, so none could be masked: use an X11 session, or run with --xvfb";
    return err({ code: "DISPLAY_UNSUPPORTED", message });
  }
  if (!display) return err({ code: "NO_DISPLAY", message: "no display: set DISPLAY, or run with --xvfb" });
  const opened = await openWindowsX11(display);
  if (!opened.ok) return opened;
  const windows = await opened.value.listWindows();
  opened.value.close();
  return windows.ok ? ok({ display, windowCount: windows.value.length }) : windows;
};
