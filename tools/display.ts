// One real screen for all tests that need one: started before the workers fork, so that it outlives each of them (an
// X client library ends its process when the screen goes), and gone with the test run, even when that is killed.
import { startDisplay } from "../apps/tracker/src/platform/virtual-display.ts";

const SIZE = { width: 1920, height: 1080 };

export default async function setup(): Promise<() => Promise<void>> {
  const { PATH = "", HOME = "/" } = process.env;
  const started = await startDisplay(SIZE, { PATH, HOME });
  if (!started.ok) throw new Error(started.error.message);
  const before = process.env.DISPLAY;
  process.env.DISPLAY = started.value.display;
  return async () => {
    if (before === undefined) delete process.env.DISPLAY;
    else process.env.DISPLAY = before;
    await started.value.stop();
  };
}
