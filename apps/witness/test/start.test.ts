import { readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { createTestClock, createTestRandom } from "@underseal/foundation";
import { encodeVerifierKey, verifierKeyOf } from "@underseal/tlog";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { originHash, startWitness, type WitnessConfig } from "../src/index.ts";
import {
  configOf,
  createDirectory,
  createHistory,
  createSigner,
  LOGS,
  logSigner,
  NAME,
  openWitness,
  post,
  START_MS,
} from "./support.ts";

const history = createHistory(300);

let running: AsyncDisposableStack;
let dataDir: string;

beforeEach(async () => {
  running = new AsyncDisposableStack();
  dataDir = await createDirectory(running);
});
afterEach(() => running.disposeAsync());

const codeOf = async (changes: Partial<WitnessConfig> = {}): Promise<string> => {
  const deps = { clock: createTestClock(START_MS), random: createTestRandom(77) };
  const started = await startWitness(configOf(dataDir, changes), deps);
  if (started.ok) await started.value.stop();
  else expect(started.error.message).toMatch(/^[A-Z"].*[.:].*$/);
  return started.ok ? "started" : started.error.code;
};

/** A witness that has cosigned once and stopped. */
const used = async (): Promise<{ keyFile: string; stateFile: string; verifierKey: string }> => {
  const witness = await openWitness(dataDir);
  expect((await post(witness.url, history.request(0, 40))).status).toBe(200);
  await witness.stop();
  return {
    keyFile: path.join(dataDir, "witness-key"),
    stateFile: path.join(dataDir, "logs", originHash(logSigner.name)),
    verifierKey: witness.verifierKey,
  };
};

describe("a witness's key", () => {
  test("is made at the first start, for its owner alone, and kept", async () => {
    const { keyFile, verifierKey } = await used();
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    const before = await readFile(keyFile);
    const again = await openWitness(dataDir);
    await again.stop();
    expect(again.verifierKey).toBe(verifierKey);
    expect(verifierKey.startsWith(`${NAME}+`)).toBe(true);
    expect(await readFile(keyFile)).toEqual(before);
  });

  test("that is damaged anywhere stops the start, and is left as it is", async () => {
    const { keyFile } = await used();
    const whole = await readFile(keyFile);
    for (let i = 0; i < whole.length; i += 7) {
      const flipped = Uint8Array.from(whole, (byte, at) => (at === i ? byte ^ 1 : byte));
      for (const bytes of [flipped, whole.subarray(0, i)]) {
        await writeFile(keyFile, bytes);
        expect(await codeOf()).toMatch(/^KEY_(DAMAGED|OF_ANOTHER_NAME)$/);
        expect(new Uint8Array(await readFile(keyFile))).toEqual(new Uint8Array(bytes));
      }
    }
    await writeFile(keyFile, whole);
    expect(await codeOf()).toBe("started");
  });

  test("is not made anew for a witness that has cosigned, nor used under another name", async () => {
    const { keyFile } = await used();
    expect(await codeOf({ name: "witness.example/w2" })).toBe("KEY_OF_ANOTHER_NAME");
    await rm(keyFile);
    expect(await codeOf()).toBe("KEY_MISSING");
    expect(await codeOf()).toBe("KEY_MISSING");
  });
});

describe("a witness's memory", () => {
  test("that is damaged anywhere stops the start", async () => {
    const { stateFile } = await used();
    const whole = await readFile(stateFile);
    const ownLine = whole.indexOf(`— ${NAME}`);
    for (let i = 0; i < whole.length; i += 7) {
      const flipped = Uint8Array.from(whole, (byte, at) => (at === i ? byte ^ 1 : byte));
      await writeFile(stateFile, whole.subarray(0, i));
      expect(await codeOf()).toBe("STATE_DAMAGED");
      await writeFile(stateFile, flipped);
      // The log's own signature is not ours to vouch for; everything that we signed is.
      const isText = i < whole.indexOf("\n\n");
      if (isText || i >= ownLine) expect(await codeOf()).toBe("STATE_DAMAGED");
    }
    await writeFile(stateFile, whole);
    expect(await codeOf()).toBe("started");
  });

  test("of one log is not taken for another's, nor a witness's for another witness's", async () => {
    const { stateFile } = await used();
    const other = createSigner("other.example/log", 7);
    const kept = await readFile(stateFile);
    await writeFile(path.join(dataDir, "logs", originHash(other.name)), kept);
    expect(await codeOf({ logs: `log ${encodeVerifierKey(verifierKeyOf(other))}\n` })).toBe("STATE_DAMAGED");
    dataDir = await createDirectory(running);
    expect(await codeOf()).toBe("started");
    await writeFile(path.join(dataDir, "logs", originHash(logSigner.name)), kept);
    // The same seed in both tests' keys would hide this, so the second key comes from other randomness.
    expect(await codeOf()).toBe("STATE_DAMAGED");
  });
});

describe("a witness does not start", () => {
  test.each([
    ["with a name that is none", { name: "wit ness" }, "NAME_INVALID"],
    ["with an empty name", { name: "" }, "NAME_INVALID"],
    ["with a plus in its name", { name: "a+b" }, "NAME_INVALID"],
    ["without logs", { logs: "" }, "LOGS_INVALID"],
    ["with a list of comments", { logs: "# none\n" }, "LOGS_INVALID"],
    ["with a list that is none", { logs: "watch everything\n" }, "LOGS_INVALID"],
    ["with two quorums in its list", { logs: `${LOGS}quorum none\nquorum none\n` }, "LOGS_INVALID"],
    ["with a list beyond the limit", { logs: "#".repeat(70_000) }, "LOGS_INVALID"],
    ["in a directory that cannot be", { dataDir: "/proc/none/witness" }, "DATA_DIR_UNUSABLE"],
    ["on a host that is not here", { host: "192.0.2.1" }, "CANNOT_LISTEN"],
  ])("%s", async (_, changes, code) => {
    expect(await codeOf(changes)).toBe(code);
    expect(await codeOf()).toBe("started");
  });

  test("when something else lies where it keeps its lock", async () => {
    expect(await codeOf()).toBe("started");
    await writeFile(path.join(dataDir, "lock"), "what is this?".repeat(100));
    expect(await codeOf()).toBe("DATA_DIR_UNUSABLE");
  });

  test.each([
    ["without a last newline", LOGS.trimEnd()],
    ["that is a whole policy", `${LOGS}quorum none\n`],
  ])("but does with a list %s", async (_, logs) => {
    expect(await codeOf({ logs })).toBe("started");
  });
});
