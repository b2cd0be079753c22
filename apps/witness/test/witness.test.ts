import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { createTestRandom } from "@underseal/foundation";
import {
  emptyRoot,
  encodeVerifierKey,
  formatAddCheckpoint,
  parseNote,
  readWitnessAnswer,
  signCheckpoint,
  signNote,
  verifierKeyOf,
  verifyNote,
} from "@underseal/tlog";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { originHash, startWitness } from "../src/index.ts";
import {
  configOf,
  createDirectory,
  createHistory,
  createSigner,
  logKey,
  logSigner,
  openWitness,
  post,
  START_MS,
  type TestWitness,
} from "./support.ts";

const history = createHistory(300);
const fork = createHistory(300, 40);
const hash = originHash(logSigner.name);

let running: AsyncDisposableStack;
let dataDir: string;
let witness: TestWitness;

beforeEach(async () => {
  running = new AsyncDisposableStack();
  dataDir = await createDirectory(running);
  witness = await openWitness(dataDir);
  running.defer(() => witness.stop());
});
afterEach(() => running.disposeAsync());

const restart = async (): Promise<void> => {
  await witness.stop();
  witness = await openWitness(dataDir);
};

/** Submits, and expects a cosignature of exactly this checkpoint. Returns its time. */
const cosigned = async (oldSize: number, newSize: number): Promise<number> => {
  const reply = await post(witness.url, history.request(oldSize, newSize));
  expect(reply).toMatchObject({ status: 200, type: "text/plain; charset=utf-8" });
  const word = readWitnessAnswer({ note: history.noteAt(newSize), answer: reply.body, witness: witness.key });
  return word.ok ? word.value.time : expect.fail(word.error.code);
};

const newest = async (): Promise<string | null> => {
  const response = await fetch(`${witness.url}/${hash}/checkpoint`);
  return response.ok ? response.text() : null;
};

describe("a witness", () => {
  test("cosigns a log as it grows, at the time of its clock", async () => {
    expect(await cosigned(0, 1)).toBe(START_MS / 1_000);
    witness.clock.advance(5_500);
    expect(await cosigned(1, 40)).toBe(START_MS / 1_000 + 5);
    expect(await cosigned(40, 41)).toBe(START_MS / 1_000 + 5);
    expect(await cosigned(41, 256)).toBe(START_MS / 1_000 + 5);
    expect(await cosigned(256, 300)).toBe(START_MS / 1_000 + 5);
  });

  test("cosigns the same checkpoint again, with the new time", async () => {
    await cosigned(0, 40);
    witness.clock.advance(60_000);
    expect(await cosigned(40, 40)).toBe(START_MS / 1_000 + 60);
  });

  test("gives the same cosignature again for ten seconds, without writing", async () => {
    await cosigned(0, 40);
    const before = await stat(path.join(dataDir, "logs", hash), { bigint: true });
    const writes = () => witness.events.filter(({ type }) => type === "cosigned").length;
    witness.clock.advance(9_999);
    expect(await cosigned(40, 40)).toBe(START_MS / 1_000);
    expect((await stat(path.join(dataDir, "logs", hash), { bigint: true })).ino).toBe(before.ino);
    expect(writes()).toBe(1);
    witness.clock.advance(1);
    expect(await cosigned(40, 40)).toBe(START_MS / 1_000 + 10);
    expect(writes()).toBe(2);
    expect((await post(witness.url, fork.request(0, 40))).status).toBe(409);
  });

  test("has room for others while one submission is repeated", async () => {
    await cosigned(0, 40);
    witness.clock.advance(60_000);
    // From the right size and from wrong ones, which anyone can name.
    const repeated = Array.from({ length: 100 }, (_, i) =>
      post(witness.url, i % 2 === 0 ? history.request(40, 40) : history.request(i % 39, 40)),
    );
    const replies = await Promise.all([...repeated, post(witness.url, history.request(40, 41))]);
    expect(replies.map(({ status }) => status).filter((status) => status !== 200 && status !== 409)).toEqual([]);
    expect(replies.at(-1)?.status).toBe(200);
  });

  test("keeps evidence against each log, however often another one convicted itself", async () => {
    await cosigned(0, 41);
    const another = originHash("another.example/log");
    for (let i = 0; i < 64; i += 1) await writeFile(path.join(dataDir, "evidence", `${another}-${i}`), "notes");
    expect((await post(witness.url, fork.request(41, 41))).status).toBe(422);
    const names = await readdir(path.join(dataDir, "evidence"));
    expect(names.filter((name) => name.startsWith(hash))).toHaveLength(1);
  });

  test("cosigns an empty log, and then anything that begins it", async () => {
    const note = signCheckpoint({ origin: logSigner.name, size: 0, root: emptyRoot() }, logSigner);
    const request = formatAddCheckpoint({ oldSize: 0, proof: [], note });
    expect((await post(witness.url, request)).status).toBe(200);
    expect((await post(witness.url, request)).status).toBe(200);
    await cosigned(0, 7);
  });

  test("says where it is when asked from elsewhere", async () => {
    const conflict = (size: number) => ({ status: 409, type: "text/x.tlog.size", body: `${size}\n` });
    expect(await post(witness.url, history.request(7, 40))).toEqual(conflict(0));
    await cosigned(0, 40);
    expect(await post(witness.url, history.request(0, 41))).toEqual(conflict(40));
    expect(await post(witness.url, history.request(39, 300))).toEqual(conflict(40));
    // A log rolled back to a shorter one gets no further than this.
    expect(await post(witness.url, history.request(0, 39))).toEqual(conflict(40));
    expect(await post(witness.url, history.request(39, 39))).toEqual(conflict(40));
    expect((await post(witness.url, history.request(40, 39))).status).toBe(400);
  });

  test("shows what it cosigned last, with both signatures and no others", async () => {
    expect(await newest()).toBeNull();
    const stranger = createSigner("stranger.example", 6);
    const [text = ""] = history.noteAt(40).split("\n\n");
    const note = signNote(`${text}\n`, [stranger, logSigner]);
    expect((await post(witness.url, formatAddCheckpoint({ oldSize: 0, proof: [], note }))).status).toBe(200);
    const shown = (await newest()) ?? expect.fail("a note");
    const verified = verifyNote(shown, [logKey, witness.key, verifierKeyOf(stranger)]);
    expect(verified).toMatchObject({ ok: true, value: { signedBy: [logKey, witness.key] } });
    expect((await fetch(`${witness.url}/${originHash("other.example")}/checkpoint`)).status).toBe(404);
  });

  test("remembers after a restart what it cosigned", async () => {
    await cosigned(0, 40);
    const [before, key] = [await newest(), witness.verifierKey];
    await restart();
    expect(witness.verifierKey).toBe(key);
    expect(await newest()).toBe(before);
    expect(await post(witness.url, history.request(0, 300))).toMatchObject({ status: 409, body: "40\n" });
    expect((await post(witness.url, fork.request(40, 300))).status).toBe(200);
  });

  test("refuses a fork, and says nothing new of itself after it", async () => {
    await cosigned(0, 41);
    const before = await newest();
    for (const newSize of [42, 64, 300]) {
      expect(await post(witness.url, fork.request(41, newSize))).toMatchObject({
        status: 422,
        body: "ROOT_MISMATCH\n",
      });
    }
    expect(await newest()).toBe(before);
    await restart();
    expect((await post(witness.url, fork.request(41, 300))).status).toBe(422);
    await cosigned(41, 300);
  });

  test("keeps both notes of a log that signed two roots for one size", async () => {
    await cosigned(0, 41);
    expect((await post(witness.url, fork.request(41, 41))).status).toBe(422);
    // It matters not from where it was submitted, nor how often.
    expect((await post(witness.url, fork.request(0, 41))).status).toBe(409);
    const [file, ...more] = await readdir(path.join(dataDir, "evidence"));
    expect(more).toEqual([]);
    const kept = await readFile(path.join(dataDir, "evidence", file ?? ""), "utf8");
    const roots = kept.split(`${logSigner.name}\n41\n`).map((part) => part.slice(0, 44));
    expect(roots).toHaveLength(3);
    expect(kept).toContain(fork.noteAt(41));
    expect(kept).toContain((await newest()) ?? "");
    expect(witness.events).toContainEqual(expect.objectContaining({ type: "equivocation", size: 41 }));
  });

  test("takes one of many that race from the same size", async () => {
    await cosigned(0, 41);
    const requests = Array.from({ length: 24 }, (_, i) => history.request(41, 50 + i));
    const statuses = await Promise.all(requests.map(async (body) => (await post(witness.url, body)).status));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.filter((status) => status === 409)).toHaveLength(23);
  });

  test("cosigns only one of two histories that race from nothing", async () => {
    const both = [history, fork].flatMap((story) => [100, 200].map((size) => story.request(0, size)));
    const statuses = await Promise.all(both.map(async (body) => (await post(witness.url, body)).status));
    expect(statuses.toSorted()).toEqual([200, 409, 409, 409]);
  });

  test("is not filled up by a note that repeats one signature", async () => {
    const note = history.noteAt(40);
    const line = note.split("\n\n")[1] ?? "";
    const request = formatAddCheckpoint({ oldSize: 0, proof: [], note: note + line.repeat(63) });
    expect((await post(witness.url, request)).status).toBe(200);
    const kept = parseNote((await newest()) ?? "");
    expect(kept.ok && kept.value.signatures).toHaveLength(2);
  });

  test("never dates a cosignature before the last one, and none at all once the clock is far behind", async () => {
    await cosigned(0, 40);
    witness.clock.set(START_MS - 60_000);
    expect(await cosigned(40, 41)).toBe(START_MS / 1_000);
    witness.clock.set(START_MS - 61_000);
    expect(await post(witness.url, history.request(41, 42))).toMatchObject({ status: 503, body: "CLOCK_BEHIND\n" });
    expect(witness.events).toContainEqual({ type: "clock-behind", origin: logSigner.name, seconds: 61 });
    witness.clock.set(START_MS + 1_000);
    expect(await cosigned(41, 42)).toBe(START_MS / 1_000 + 1);
  });

  test("gives no signature for what it could not write down", async () => {
    await cosigned(0, 40);
    const draft = path.join(dataDir, "logs", `${hash}.new`);
    await mkdir(draft);
    expect(await post(witness.url, history.request(40, 41))).toMatchObject({ status: 500, body: "INTERNAL\n" });
    expect(witness.events).toContainEqual(expect.objectContaining({ type: "failed" }));
    expect(await newest()).toContain("\n40\n");
    await rm(draft, { recursive: true });
    await cosigned(40, 41);
  });

  const other = createSigner("other.example/log", 7);
  const impostor = createSigner(logSigner.name, 8);
  const oneRoot = (size: number, signer = logSigner) =>
    signCheckpoint({ origin: signer.name, size, root: new Uint8Array(32) }, signer);
  const spoilt = (note: string) => note.replace(/(.{20})(.)(=*\n)$/, (_, a, b, c) => a + (b === "A" ? "E" : "A") + c);
  test.each([
    ["nothing", "", 400, "WITNESS_REQUEST_MALFORMED"],
    ["no request", "hello\n\n", 400, "WITNESS_REQUEST_MALFORMED"],
    ["no note", "old 0\n\nhello\n", 400, "NOTE_MALFORMED"],
    ["no checkpoint", `old 0\n\n${signNote("hello\n", [logSigner])}`, 400, "CHECKPOINT_MALFORMED"],
    ["a size before the old one", history.request(50, 40), 400, "SIZE_INVALID"],
    ["an unknown log", `old 0\n\n${history.noteAt(40, other)}`, 404, "LOG_UNKNOWN"],
    ["another key of the log's name", `old 0\n\n${history.noteAt(40, impostor)}`, 403, "NOTE_SIGNER_UNKNOWN"],
    ["a signature that does not fit", `old 0\n\n${spoilt(history.noteAt(40))}`, 403, "NOTE_SIGNATURE_INVALID"],
    ["an empty log with a root", `old 0\n\n${oneRoot(0)}`, 422, "EMPTY_ROOT_WRONG"],
    [
      "a proof from nothing",
      formatAddCheckpoint({ oldSize: 0, proof: [new Uint8Array(32)], note: history.noteAt(40) }),
      422,
      "PROOF_LENGTH",
    ],
    ["what is not UTF-8", Uint8Array.of(0x6f, 0x6c, 0x64, 0x20, 0xff), 400, "WITNESS_REQUEST_MALFORMED"],
    ["more than any request has", "x".repeat(400_000), 413, "TOO_LARGE"],
  ])("refuses %s", async (_, body, status, code) => {
    expect(await post(witness.url, body)).toMatchObject({ status, body: `${code}\n` });
    expect(await newest()).toBeNull();
    await cosigned(0, 40);
  });

  test.each([
    ["a short", (proof: readonly Uint8Array[]) => proof.slice(0, -1), "PROOF_LENGTH"],
    ["a long", (proof: readonly Uint8Array[]) => [...proof, new Uint8Array(32)], "PROOF_LENGTH"],
    ["an empty", () => [], "PROOF_LENGTH"],
    ["a wrong", (proof: readonly Uint8Array[]) => proof.toReversed(), "ROOT_MISMATCH"],
  ])("refuses %s proof", async (_, spoil, code) => {
    await cosigned(0, 41);
    const proof = spoil(history.proofOf(41, 300));
    const reply = await post(witness.url, formatAddCheckpoint({ oldSize: 41, proof, note: history.noteAt(300) }));
    expect(reply).toMatchObject({ status: 422, body: `${code}\n` });
  });

  test("has no other addresses and methods", async () => {
    const statusOf = async (url: string, method: string) => (await fetch(witness.url + url, { method })).status;
    expect(await statusOf("/", "GET")).toBe(404);
    expect(await statusOf("/sign-subtree", "POST")).toBe(404);
    expect(await statusOf(`/${hash.toUpperCase()}/checkpoint`, "GET")).toBe(404);
    expect(await statusOf("/add-checkpoint", "GET")).toBe(405);
    expect(await statusOf(`/${hash}/checkpoint`, "POST")).toBe(405);
  });

  test("watches several logs, and each with several keys", async () => {
    await witness.stop();
    const keys = [logSigner, createSigner(logSigner.name, 55), other].map((signer) =>
      encodeVerifierKey(verifierKeyOf(signer)),
    );
    witness = await openWitness(dataDir, { logs: keys.map((key) => `log ${key}\n`).join("") });
    expect(witness.origins).toEqual([logSigner.name, other.name]);
    await cosigned(0, 40);
    expect((await post(witness.url, `old 0\n\n${history.noteAt(50, other)}`)).status).toBe(200);
    const rotated = history.noteAt(40, createSigner(logSigner.name, 55));
    expect((await post(witness.url, `old 40\n\n${rotated}`)).status).toBe(200);
  });

  test("is one of a kind on its data directory", async () => {
    const second = await startWitness(configOf(dataDir), { clock: witness.clock, random: createTestRandom(1) });
    expect(second).toMatchObject({ ok: false, error: { code: "DATA_DIR_IN_USE" } });
    await cosigned(0, 40);
  });
});
