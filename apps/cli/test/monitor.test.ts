// The monitor as a person runs it, against a log on the network that tells whatever story the test wants.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { cosignerKeyOf, encodeVerifierKey, verifierKeyOf } from "@underseal/tlog";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCommand, startCommand } from "./support/command-line.ts";
import { createHistory, createSigner, logSigner, startLogServer } from "./support/log-server.ts";

const history = createHistory(700);
const fork = createHistory(700, 40);
const KEY = encodeVerifierKey(verifierKeyOf(logSigner));
const TIME = 1_790_000_000;

let running: AsyncDisposableStack;
let folder: string;
let state: string;
let log: Awaited<ReturnType<typeof startLogServer>>;

beforeEach(async () => {
  running = new AsyncDisposableStack();
  folder = await mkdtemp(path.join(os.tmpdir(), "underseal-monitor-"));
  running.defer(() => rm(folder, { recursive: true, force: true }));
  state = path.join(folder, "state");
  log = await startLogServer(running);
});
afterEach(() => running.disposeAsync());

const look = async (...more: string[]) => {
  const who = more.includes("--policy") ? [] : ["--key", KEY];
  const args = ["monitor", "--log", log.url, "--state", state, "--once", "--json", ...who, ...more];
  const { code, stdout, stderr } = await runCommand(args);
  return { code, said: stdout === "" ? null : JSON.parse(stdout), stderr };
};

/** What was kept with an alarm, by name. */
const evidenceIn = async (directory: string) => {
  const names = await readdir(directory);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(directory, name))] as const)),
  );
};

describe("a monitor", () => {
  test("follows a log that continues, and remembers where it was", async () => {
    log.showHistory(history, 40);
    expect(await look()).toMatchObject({
      code: 0,
      said: { type: "ok", origin: logSigner.name, size: 40, before: null },
    });
    expect(await readFile(state, "utf8")).toBe(history.noteAt(40));
    log.showHistory(history, 40);
    expect(await look()).toMatchObject({ code: 0, said: { size: 40, before: 40 } });
    log.showHistory(history, 700);
    expect(await look()).toMatchObject({ code: 0, said: { size: 700, before: 40 } });
    expect(await readFile(state, "utf8")).toBe(history.noteAt(700));
  });

  test("raises the alarm on a fork, and keeps both notes with the tiles that convict the log", async () => {
    log.showHistory(history, 300);
    expect((await look()).code).toBe(0);
    log.showHistory(fork, 700);
    const { code, said } = await look();
    expect(code).toBe(1);
    expect(said).toMatchObject({ type: "alarm", code: "FORK" });
    const evidence = await evidenceIn(said.evidence);
    expect(evidence.get("seen")?.toString()).toBe(history.noteAt(300));
    expect(evidence.get("shown")?.toString()).toBe(fork.noteAt(700));
    expect([...evidence.keys()].filter((name) => name.startsWith("tile-")).length).toBeGreaterThan(1);
    // What it believed before, it still believes: the alarm sounds again.
    expect(await readFile(state, "utf8")).toBe(history.noteAt(300));
    expect((await look()).code).toBe(1);
    log.showHistory(history, 700);
    expect((await look()).code).toBe(0);
  });

  test("raises the alarm on another root for the same size", async () => {
    log.showHistory(history, 300);
    expect((await look()).code).toBe(0);
    log.showHistory(fork, 300);
    expect(await look()).toMatchObject({ code: 1, said: { code: "FORK" } });
  });

  test("raises the alarm on a rollback", async () => {
    log.showHistory(history, 300);
    expect((await look()).code).toBe(0);
    log.showHistory(history, 299);
    const { code, said } = await look();
    expect({ code, alarm: said.code }).toEqual({ code: 1, alarm: "ROLLBACK" });
    expect((await evidenceIn(said.evidence)).get("shown")?.toString()).toBe(history.noteAt(299));
  });

  test("says an alarm loudly to people", async () => {
    log.showHistory(history, 300);
    await look();
    log.showHistory(history, 299);
    const args = ["monitor", "--log", log.url, "--state", state, "--key", KEY];
    const { code, stderr } = await runCommand(args);
    expect(code).toBe(1);
    expect(stderr).toMatch(/ALARM ROLLBACK: The log shows 299 entries, though it had 300\.\n {2}What was seen/);
  });

  const impostor = createSigner(logSigner.name, 6);
  test.each([
    ["another key of its name", () => history.noteAt(300, impostor), "BAD_SIGNATURE"],
    ["a signature that does not fit", () => history.noteAt(300).replace("\n300\n", "\n301\n"), "BAD_SIGNATURE"],
    ["a page", () => "<html>\n", "UNREADABLE"],
  ])("raises the alarm on %s", async (_, note, code) => {
    log.showHistory(history, 300, note());
    const { said, ...outcome } = await look();
    expect(outcome.code).toBe(1);
    expect(said).toMatchObject({ type: "alarm", code });
    expect((await evidenceIn(said.evidence)).get("shown")?.toString()).toBe(note());
  });

  test("raises the alarm on tiles that are missing, short or of another root", async () => {
    const note = history.noteAt(300);
    for (const tile of [() => null, () => "x", (name: string) => fork.tile(name, 300)]) {
      log.show((name) => (name === "checkpoint" ? note : tile(name)));
      expect(await look()).toMatchObject({ code: 1, said: { code: "TILES" } });
    }
  });

  test("asks for the policy's witnesses", async () => {
    const witnesses = [1, 2, 3].map((i) => createSigner(`w${i}.example`, 60 + i));
    const lines = witnesses.map((signer, i) => `witness w${i} ${encodeVerifierKey(cosignerKeyOf(signer))}\n`);
    const policy = path.join(folder, "policy");
    await writeFile(policy, `log ${KEY}\n${lines.join("")}group q 2 w0 w1 w2\nquorum q\n`);
    log.showHistory(history, 300, history.cosignedAt(300, witnesses.slice(0, 2), TIME));
    const seen = await look("--policy", policy);
    expect(seen).toMatchObject({
      code: 0,
      said: { witnesses: [{ name: "w1.example", time: TIME }, { name: "w2.example" }] },
    });
    log.showHistory(history, 700, history.cosignedAt(700, witnesses.slice(2), TIME));
    expect(await look("--policy", policy)).toMatchObject({ code: 1, said: { code: "QUORUM_MISSING" } });
  });

  test("does not call a log that cannot be reached a liar", async () => {
    log.show(() => null);
    expect(await look()).toMatchObject({ code: 3, said: { type: "unreachable" } });
    log.show((name) => (name === "checkpoint" ? "x".repeat(300_000) : null));
    expect(await look()).toMatchObject({ code: 3, said: { type: "unreachable" } });
    const args = ["monitor", "--log", "http://127.0.0.1:9", "--state", state, "--key", KEY, "--once"];
    expect(await runCommand(args)).toMatchObject({ code: 3, stderr: expect.stringContaining("cannot be reached") });
  });

  test("does not follow a log that sends it elsewhere", async () => {
    log.showHistory(history, 40);
    const args = ["monitor", "--log", `${log.url}/elsewhere`, "--state", state, "--key", KEY, "--once"];
    expect(await runCommand(args)).toMatchObject({ code: 3, stderr: expect.stringContaining("redirect") });
  });

  test("looks again and again until the alarm", async () => {
    log.showHistory(history, 40);
    const args = ["monitor", "--log", `${log.url}/`, "--state", state, "--key", KEY, "--every", "1"];
    const command = startCommand(args);
    running.defer(() => void command.child.kill("SIGKILL"));
    await command.untilPrinted(/at 40, first seen, 0 cosignatures/);
    log.showHistory(history, 700);
    await command.untilPrinted(/at 700, continues the 40 seen before/);
    log.showHistory(fork, 700);
    expect(await command.ended).toBe(1);
    expect(command.stderr()).toContain("ALARM FORK");
  });

  test("ends with 0 when it is stopped", async () => {
    log.showHistory(history, 40);
    const command = startCommand(["monitor", "--log", log.url, "--state", state, "--key", KEY]);
    running.defer(() => void command.child.kill("SIGKILL"));
    await command.untilPrinted(/first seen/);
    command.child.kill("SIGTERM");
    expect(await command.ended).toBe(0);
  });

  test("does not go on from a memory that is damaged", async () => {
    log.showHistory(history, 40);
    await look();
    await writeFile(state, (await readFile(state, "utf8")).replace("\n40\n", "\n41\n"));
    const { code, stderr } = await look();
    expect(code).toBe(1);
    expect(stderr).toContain("is damaged");
  });

  const witnessKey = encodeVerifierKey(cosignerKeyOf(createSigner("w.example", 61)));
  test.each([
    ["no key", [], "--policy or --key"],
    ["a key that is none", ["--key", "x"], "--key cannot be used"],
    ["a witness's key", ["--key", witnessKey], "witness's key"],
    ["a policy that is not there", ["--policy", "/nowhere"], "there is no file /nowhere"],
    ["a folder for a policy", ["--policy", os.tmpdir()], "is not a file"],
    ["a key and a bad address", ["--key", KEY, "--log", "ftp://x"], "not an http(s) address"],
    ["a state in a folder that is not there", ["--key", KEY, "--state", "/nowhere/state"], "no folder /nowhere"],
  ])("says what is wrong with %s", async (_, args, sentence) => {
    const { code, stderr } = await runCommand(["monitor", "--log", log.url, "--state", state, "--once", ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
  });

  test.each([
    [["--key", KEY, "--policy", "p"]],
    [["--key", KEY, "--every", "0"]],
    [["--key", KEY, "--every", "1.5"]],
    [["--key", KEY, "--once", "--every", "5"]],
  ])("does not understand %j", async (args) => {
    expect((await runCommand(["monitor", "--log", log.url, "--state", state, ...args])).code).toBe(2);
  });
});
