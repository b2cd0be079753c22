// Takes pictures of the display in its environment: for each line of its input, a file name, it writes the raw pixels
// and answers with their size. A process of its own, because the native library ends its process with the display.
import { writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { openScreens } from "../../apps/tracker/src/sensors/screen.ts";

const screens = openScreens();
for await (const file of createInterface({ input: process.stdin })) {
  const captured = await screens.captureScreens();
  const screen = captured.ok ? captured.value[0] : undefined;
  if (screen === undefined) throw new Error("the screen cannot be captured");
  await writeFile(file, screen.rgb);
  process.stdout.write(`${screen.width} ${screen.height}\n`);
}
