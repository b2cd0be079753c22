// Whether somebody is at the machine: how long ago the last input was, and whether the screen is locked. It sees no window
// and no pixel. Where the machine does not say, the answer is `null`, and nothing is concluded from it.

import { type LockSettings, readLocked } from "./lock-logind.ts";
import type { WindowSensor } from "./sensor.ts";
import { openWindowsX11 } from "./windows-x11.ts";

export interface Presence {
  /** Milliseconds since the last input of any kind. */
  readonly idleMs: number | null;
  readonly isLocked: boolean | null;
}

export interface PresenceSensor {
  look(display: string): Promise<Presence>;
  close(): void;
}

export const createPresenceSensor = (settings: LockSettings): PresenceSensor => {
  let open: { readonly display: string; readonly windows: WindowSensor } | null = null;
  const close = (): void => {
    open?.windows.close();
    open = null;
  };
  const readIdle = async (display: string): Promise<number | null> => {
    if (open?.display !== display) {
      close();
      const opened = await openWindowsX11(display);
      if (!opened.ok) return null;
      open = { display, windows: opened.value };
    }
    const idle = await open.windows.readIdleMs();
    if (idle.ok) return idle.value;
    // A display that went may come back as another one of the same name.
    close();
    return null;
  };
  return {
    look: async (display) => {
      const [idleMs, isLocked] = await Promise.all([readIdle(display), readLocked(settings)]);
      return { idleMs, isLocked };
    },
    close,
  };
};
