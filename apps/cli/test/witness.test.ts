import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { encodeVerifierKey, parsePolicy, readWitnessAnswer, verifierKeyOf } from "@underseal/tlog";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CommandProcess, runCommand, startCommand } from "./support/command-line.ts";
import { createHistory, logSigner } from "./support/log-server.ts";

const history = createHistory(300);
const fork = createHistory(300, 20);
const LOG_LINE = `log ${encodeVerifierKey(verifierKeyOf(logSigner))}\n`;

let folder: string;
let logs: string;
let args: readonly string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "underseal-witness-"));
  logs = path.join(folder, "logs");
  await writeFile(logs, LOG_LINE);
  args = ["witness", "--name", "w.example/1", "--logs", logs, "--data", path.join(folder, "data"), "--port", "0"];
});
const started: CommandProcess[] = [];
afterEach(async () => {
  for (const { child } of started.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

const start = async (env: Readonly<Record<string, string>> = {}, own = args) => {
  const command = startCommand(own, { env });
  started.push(command);
  const [line, url = ""] = await command.untilPrinted(/^witness \S+ \S+ (http\S+)$/m);
  const policy = parsePolicy(`${LOG_LINE}${line}\nquorum w.example/1\n`);
  if (!policy.ok) return expect.fail(policy.error.sentence);
  const [witness] = policy.value.witnesses;
  if (witness === undefined) return expect.fail("a witness");
  const post = (body: string) => fetch(`${url}/add-checkpoint`, { method: "POST", body });
  return { command, post, key: witness.key };
};

describe("underseal witness", () => {
  test("prints the line that a policy needs, cosigns, and is the same one after a restart", async () => {
    const first = await start();
    const answer = await (await first.post(history.request(0, 40))).text();
    expect(readWitnessAnswer({ note: history.noteAt(40), answer, witness: first.key }).ok).toBe(true);
    first.command.child.kill("SIGTERM");
    expect(await first.command.ended).toBe(0);
    const second = await start();
    expect(second.key).toEqual(first.key);
    const conflict = await second.post(history.request(0, 300));
    expect([conflict.status, await conflict.text()]).toEqual([409, "40\n"]);
    expect((await second.post(fork.request(40, 300))).status).toBe(422);
    second.command.child.kill("SIGKILL");
    await second.command.ended;
    expect(second.command.stderr()).toContain("it does not continue what was cosigned");
    expect(first.command.stdout()).toContain(`cosigned ${logSigner.name} at 40`);
    expect((await stat(path.join(folder, "data"))).mode & 0o777).toBe(0o700);
  });

  test("says loudly that a log has signed two histories", async () => {
    const { command, post } = await start();
    await post(history.request(0, 40));
    await post(fork.request(40, 40));
    command.child.kill("SIGTERM");
    await command.ended;
    expect(command.stderr()).toMatch(/ALARM: log\.example\/one has signed two histories of 40 entries\.\n.*publish/);
  });

  test("is set up by the environment as well", async () => {
    const env = {
      UNDERSEAL_WITNESS_NAME: "w.example/1",
      UNDERSEAL_WITNESS_LOGS: logs,
      UNDERSEAL_WITNESS_DATA: path.join(folder, "data"),
      UNDERSEAL_WITNESS_PORT: "0",
    };
    const { command } = await start(env, ["witness"]);
    command.child.kill("SIGTERM");
    expect(await command.ended).toBe(0);
  });

  test.each([
    ["a list that is not there", { "--logs": "/nowhere" }, "there is no file /nowhere"],
    ["a name that is none", { "--name": "two words" }, "is no name for a witness"],
    ["a folder that cannot be", { "--data": "/proc/none/data" }, "cannot be used"],
    ["a host that is not here", { "--host": "192.0.2.1" }, "Cannot listen"],
  ])("says what is wrong with %s", async (_, changes, sentence) => {
    const { code, stderr } = await runCommand([...args, ...Object.entries(changes).flat()]);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
  });

  test("does not understand a port that is none, nor a witness without a name", async () => {
    expect((await runCommand([...args, "--port", "70000"])).code).toBe(2);
    expect((await runCommand(["witness", "--logs", logs, "--data", folder])).code).toBe(2);
  });
});
