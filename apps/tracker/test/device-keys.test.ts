// First starts at the same moment: whoever comes second gets the keys of the first, and no key is lost.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { temporaryFolder } from "./outbox-world.ts";

const ROUNDS = 20;

/** A program that loads the keys of each directory that it is told, and answers the device's id. */
const startLoader = () => {
  const program = path.join(import.meta.dirname, "keys-process.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    answer: async () => String((await lines.next()).value),
    load: (stateDir: string) => void child.stdin.write(`${stateDir}\n`),
    stop: () => void child.kill(),
  };
};

test("two programs that make the keys at once end with the same, which are those in the file", async () => {
  using folder = temporaryFolder();
  const loaders = [startLoader(), startLoader()];
  const answers = () => Promise.all(loaders.map((loader) => loader.answer()));
  expect(await answers()).toEqual(["ready", "ready"]);
  for (let round = 0; round < ROUNDS; round += 1) {
    const stateDir = path.join(folder.path, String(round));
    for (const loader of loaders) loader.load(stateDir);
    const { deviceId } = await answers().then(([first, second]) => {
      expect([round, second]).toEqual([round, first]);
      return JSON.parse(readFileSync(path.join(stateDir, "device.json"), "utf8"));
    });
    for (const loader of loaders) loader.load(stateDir);
    expect(await answers()).toEqual([deviceId, deviceId]);
  }
  for (const loader of loaders) loader.stop();
});
