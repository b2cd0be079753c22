import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createTestRandom } from "@underseal/foundation";
import { parseWitnessSize, readWitnessAnswer } from "@underseal/tlog";
import { afterAll, beforeEach, expect, test } from "vitest";
import { configOf, createDirectory, createHistory, keyOf, post } from "./support.ts";

const program = fileURLToPath(new URL("./witness-process.ts", import.meta.url));
const history = createHistory(300);
const fork = createHistory(300, 20);

const running = new AsyncDisposableStack();
let dataDir: string;
beforeEach(async () => {
  dataDir = await createDirectory(running);
});
afterAll(() => running.disposeAsync());

const start = async (dieWhen = "never", times = 1) => {
  const args = [program, JSON.stringify(configOf(dataDir)), dieWhen, String(times)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  // Whatever a test finds, no witness outlives it.
  running.defer(() => void child.kill("SIGKILL"));
  const [line = ""]: string[] = await once(createInterface({ input: child.stdout }), "line");
  const [url = "", vkey = ""] = line.split(" ");
  expect(url).toMatch(/^http:/);
  return {
    url,
    key: keyOf(vkey),
    ended,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
};

const sizeNow = async (url: string): Promise<number> => {
  // No test goes as far as this, so the answer is the size.
  const reply = await post(url, history.request(299, 300));
  const size = parseWitnessSize(reply.body);
  return size.ok ? size.value : expect.fail(`${reply.status} ${reply.body}`);
};

test("killed after it wrote and before it answered, a witness remembers, and refuses the fork", async () => {
  const first = await start("cosigned", 2);
  expect((await post(first.url, history.request(0, 20))).status).toBe(200);
  await expect(post(first.url, history.request(20, 41))).rejects.toThrow();
  await first.ended;
  const second = await start();
  expect(second.key).toEqual(first.key);
  expect(await sizeNow(second.url)).toBe(41);
  expect((await post(second.url, fork.request(41, 300))).status).toBe(422);
  expect((await post(second.url, fork.request(20, 41))).status).toBe(409);
  // The log that got no answer asks again and gets its cosignature.
  const reply = await post(second.url, history.request(41, 41));
  const word = readWitnessAnswer({ note: history.noteAt(41), answer: reply.body, witness: second.key });
  expect(word.ok).toBe(true);
  await second.kill();
});

test("killed before it wrote, a witness has promised nothing and is where it was", async () => {
  const first = await start("signing", 2);
  expect((await post(first.url, history.request(0, 20))).status).toBe(200);
  await expect(post(first.url, history.request(20, 41))).rejects.toThrow();
  await first.ended;
  const second = await start();
  expect(await sizeNow(second.url)).toBe(20);
  expect((await post(second.url, history.request(20, 41))).status).toBe(200);
  await second.kill();
});

const KILLS = 6;

test("killed at any moment, a witness never goes back behind a cosignature that it gave", async () => {
  const random = createTestRandom(3);
  let given = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    const witness = await start();
    let at = await sizeNow(witness.url);
    expect(at).toBeGreaterThanOrEqual(given);
    const [byte = 0] = random.bytes(1);
    const killed = sleep(byte / 2).then(witness.kill);
    while (at < 298) {
      const reply = await post(witness.url, history.request(at, at + 1)).catch(() => null);
      if (reply === null) break;
      expect(reply.status).toBe(200);
      at += 1;
      given = at;
    }
    await killed;
  }
  expect(given).toBeGreaterThan(KILLS);
});
