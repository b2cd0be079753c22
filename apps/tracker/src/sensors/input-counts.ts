// How much was typed and clicked, and nothing else. The library hands every key code to JavaScript; the listeners
// here take no argument, so that none of it can be looked at (a test reads this file to hold it to that).
import { uIOhook } from "uiohook-napi";
import type { InputCounts, InputSensor } from "./sensor.ts";

const NOTHING: InputCounts = { keys: 0, buttons: 0, wheelSteps: 0, moves: 0 };

/** Counts on the display named by this process's environment, from now on. Ends the process when the display goes. */
export const startInputCounts = (): InputSensor => {
  let counts = { ...NOTHING };
  // Releases, because a held key repeats its press.
  uIOhook.on("keyup", () => {
    counts.keys += 1;
  });
  uIOhook.on("mousedown", () => {
    counts.buttons += 1;
  });
  uIOhook.on("wheel", () => {
    counts.wheelSteps += 1;
  });
  uIOhook.on("mousemove", () => {
    counts.moves += 1;
  });
  uIOhook.start();
  return {
    takeCounts: () => {
      const taken = counts;
      counts = { ...NOTHING };
      return taken;
    },
    stop: () => uIOhook.stop(),
  };
};
