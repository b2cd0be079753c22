// Loads the keys of each directory that a line of standard input names, and prints the device's id.
import { createInterface } from "node:readline";
import { loadDeviceKeys } from "../src/keys/device-keys.ts";
import { createTrackerClock } from "../src/platform/clock.ts";
import { random } from "./outbox-world.ts";

console.log("ready");
for await (const stateDir of createInterface({ input: process.stdin })) {
  const keys = await loadDeviceKeys(stateDir, { clock: createTrackerClock(null), random });
  console.log(keys.ok ? keys.value.deviceId : keys.error.message);
}
