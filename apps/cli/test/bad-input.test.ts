// What a person sees who gives the command line something it cannot use: one sentence with what to do about it, the
// right exit code, no stack trace, and nothing started or lost.
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { createSystemRandom } from "@underseal/foundation";
import { createSystemClock } from "@underseal/server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createDeviceCode, createParty } from "../src/demo/parties.ts";
import {
  type CommandProcess,
  MAIN,
  type Outcome,
  processesNaming,
  runCommand,
  startCommand,
} from "./support/command-line.ts";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder = "";

/** As root the database runs as another user, who must be able to pass through. */
const makeFolder = (): string => {
  const made = mkdtempSync(path.join(os.tmpdir(), "underseal-bad-"));
  chmodSync(made, 0o711);
  return made;
};

beforeEach(() => {
  folder = makeFolder();
});

afterEach(() => {
  expect(processesNaming(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (...names: readonly string[]): string => path.join(folder, ...names);

/** One message, begun with the program's name, and nothing that only a programmer could use. */
const expectFailure = (outcome: Outcome, message: RegExp): void => {
  expect(outcome.stderr).toMatch(message);
  expect(outcome.stderr).toMatch(/^underseal: /);
  expect(outcome.stderr.match(/^underseal: /gm)).toHaveLength(1);
  expect(outcome.stderr).not.toMatch(/^ +at |node:internal|\.ts:\d+|Node\.js v/m);
  expect(outcome.code).toBe(1);
};

describe("settings of the server", () => {
  test("all wrong ones are listed at once, and nothing is made", async () => {
    const env = { DATABASE_URL: "mysql://root:hunter2@db/x", UNDERSEAL_DATA_DIR: "data", UNDERSEAL_PORT: "99999" };
    const outcome = await runCommand(["start"], { env, cwd: folder });
    expectFailure(
      outcome,
      /^underseal: 3 settings are wrong:\n {2}DATABASE_URL .*\n {2}UNDERSEAL_DATA_DIR .*\n {2}UNDERSEAL_PORT /,
    );
    expect(outcome.stderr).not.toContain("hunter2");
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    [
      "where nothing listens",
      "postgres://user:hunter2@127.0.0.1:1/x",
      /127\.0\.0\.1:1\/x as user does not answer \(ECONNREFUSED\)\. Check/,
    ],
    [
      "on a host that does not exist",
      "postgres://user:hunter2@nowhere.invalid/x",
      /nowhere\.invalid:5432\/x as user does not answer .*Check/,
    ],
  ])("a DATABASE_URL %s", async (_, url, message) => {
    const env = { DATABASE_URL: url, UNDERSEAL_DATA_DIR: inFolder("data"), UNDERSEAL_PORT: "0" };
    const outcome = await runCommand(["start"], { env });
    expectFailure(outcome, message);
    expect(outcome.stderr).not.toContain("hunter2");
  });

  test.each([
    ["a file", "file"],
    ["below a file", "file/data"],
  ])("a data directory that is %s leaves the file as it was", async (_, name) => {
    writeFileSync(inFolder("file"), "kept");
    const outcome = await runCommand(["start"], { env: { UNDERSEAL_DATA_DIR: inFolder(name), UNDERSEAL_PORT: "0" } });
    expectFailure(outcome, /The data directory .* cannot be used \(E\w+\)\. Make it writable .* UNDERSEAL_DATA_DIR/);
    expect(readdirSync(folder)).toEqual(["file"]);
  });

  test("a data directory where none can be made", async () => {
    const env = { UNDERSEAL_DATA_DIR: "/proc/underseal/data", UNDERSEAL_PORT: "0" };
    expectFailure(
      await runCommand(["start"], { env }),
      /The data directory .* cannot be used \(E\w+\)\. Make it writable/,
    );
  });

  test("a data directory that its user may not write", async (context) => {
    const uid = isRoot ? { uid: NOBODY } : {};
    const canReadUs = spawnSync("test", ["-r", MAIN], { ...uid, ...(isRoot ? { gid: NOBODY } : {}) }).status === 0;
    if (!canReadUs) return context.skip("another user cannot read the folder that holds this test");
    mkdirSync(inFolder("data"), { mode: 0o555 });
    const env = { UNDERSEAL_DATA_DIR: inFolder("data"), UNDERSEAL_PORT: "0" };
    const outcome = await runCommand(["start"], { env, cwd: "/", ...uid });
    expectFailure(outcome, /The data directory .* cannot be used \(EACCES\)\. Make it writable/);
    expect(readdirSync(inFolder("data"))).toEqual([]);
  });

  test("a file where the blobs are kept stops the server, its database too", async () => {
    mkdirSync(inFolder("data"), { mode: 0o711 });
    writeFileSync(inFolder("data", "blobs"), "kept");
    const outcome = await runCommand(["start"], { env: { UNDERSEAL_DATA_DIR: inFolder("data"), UNDERSEAL_PORT: "0" } });
    expectFailure(outcome, /directory .*blobs cannot be used \(E\w+\)/);
  });

  test("a port that another program uses stops the server, its database too", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const outcome = await runCommand(["start"], {
      env: { UNDERSEAL_DATA_DIR: inFolder("data"), UNDERSEAL_PORT: port },
    });
    other.close();
    expectFailure(
      outcome,
      new RegExp(`Port ${port} on 127\\.0\\.0\\.1 is used by another program\\. .*UNDERSEAL_PORT`),
    );
  });
});

describe("the tracker's machine", () => {
  const track = (env: Readonly<Record<string, string>>, args: readonly string[] = ["start"]) =>
    runCommand(["track", ...args], { env: { UNDERSEAL_TRACKER_DIR: inFolder("tracker"), ...env } });

  test("all wrong settings are listed at once, and nothing is made", async () => {
    const env = {
      UNDERSEAL_TRACKER_DIR: "tracker",
      UNDERSEAL_SERVER: "example",
      UNDERSEAL_BEACON_URL: "drand",
      UNDERSEAL_DEMO_CLOCK: "fast",
      UNDERSEAL_LANGUAGES: "eng,klingon",
      UNDERSEAL_TRACKER_PORT: "80",
      UNDERSEAL_REVIEW: "perhaps",
      UNDERSEAL_REVIEW_HOURS: "0",
    };
    const outcome = await runCommand(["track", "start"], { env, cwd: folder });
    const lines = ["UNDERSEAL_SERVER", "UNDERSEAL_BEACON_URL", "UNDERSEAL_TRACKER_DIR"];
    lines.push(
      "UNDERSEAL_DEMO_CLOCK",
      "UNDERSEAL_LANGUAGES",
      "UNDERSEAL_TRACKER_PORT",
      "UNDERSEAL_REVIEW",
      "UNDERSEAL_REVIEW_HOURS",
    );
    expectFailure(outcome, new RegExp(`wrong:${lines.map((name) => `\\n {2}${name} .*`).join("")}`));
    expect(outcome.stderr).toMatch(/known are eng, deu, fra, spa, por$/m);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ["no display", {}, /no display: set DISPLAY, or run with --xvfb/],
    [
      "a Wayland session",
      { DISPLAY: ":0", WAYLAND_DISPLAY: "wayland-0" },
      /Wayland session .*: use an X11 session, or run with --xvfb/,
    ],
    ["a display that is not there", { DISPLAY: ":9999" }, /no answer from display :9999: set DISPLAY/],
    ["a display with an impossible number", { DISPLAY: ":59999" }, /no answer from display :59999: set DISPLAY/],
    ["a display that is no display's name", { DISPLAY: "screen" }, /no answer from display screen: set DISPLAY/],
  ])("%s", async (_, env, message) => {
    expectFailure(await track(env), message);
  });

  test("a library that is missing", async (context) => {
    const [, library = ""] =
      /libXtst\.so\.6 .*=> (\S+)/.exec(spawnSync("/sbin/ldconfig", ["-p"]).stdout.toString()) ?? [];
    const canHide = isRoot && spawnSync("unshare", ["-m", "mount", "--bind", "/dev/null", library]).status === 0;
    if (!canHide) return context.skip("hiding a library takes root and the right to mount");
    const hide = ["unshare", "-m", "sh", "-c", `mount --bind /dev/null ${library} && exec "$@"`, "sh"];
    const env = { DISPLAY: process.env.DISPLAY ?? "", UNDERSEAL_TRACKER_DIR: inFolder("tracker") };
    const outcome = await runCommand(["track", "start"], { env, through: hide });
    expectFailure(outcome, /screen cannot be read \(.*libXtst\.so\.6.*\): as root, "npm run setup" installs/);
  });

  test.each([
    ["a file where its directory should be", "tracker"],
    ["a file where its vault should be", "tracker/vault"],
    ["something else where its outbox should be", "tracker/outbox.sqlite"],
    ["something else where its keys should be", "tracker/device.json"],
  ])("%s is not touched", async (_, name) => {
    mkdirSync(path.dirname(inFolder(name)), { recursive: true, mode: 0o700 });
    writeFileSync(inFolder(name), "not ours, and longer than the header of a database would be: ".repeat(10));
    const outcome = await track({}, ["status"]);
    expectFailure(outcome, /cannot use .*: |is damaged: /);
    expect(existsSync(inFolder(name))).toBe(true);
  });

  test.each([
    ["status", ["status"]],
    ["steering what would be a planted daemon", ["stop"]],
    ["words", ["terms", "0194a000-0000-7000-8000-000000000001", "--add", "Nordwind"]],
  ])("a directory that other users may look into is refused, and left as it is: %s", async (_, args) => {
    mkdirSync(inFolder("tracker"));
    chmodSync(inFolder("tracker"), 0o755);
    writeFileSync(inFolder("tracker", "daemon.json"), "planted");
    const outcome = await track({}, args);
    expectFailure(outcome, /other users may look into (\S+\/tracker): run: chmod 700 \1$/m);
    expect(readdirSync(inFolder("tracker"))).toEqual(["daemon.json"]);
  });

  test("a server that is not there", async () => {
    const env = { DISPLAY: process.env.DISPLAY ?? "", UNDERSEAL_SERVER: "http://127.0.0.1:1" };
    const message =
      /server at http:\/\/127\.0\.0\.1:1 does not answer .*: check that it runs and that UNDERSEAL_SERVER/;
    expectFailure(await track(env), message);
    expectFailure(await track(env, ["enrol", "ABCD-EFGH"]), message);
  });
});

describe("with a server that runs", () => {
  let serverFolder = "";
  let server: CommandProcess;
  let url = "";

  beforeAll(async () => {
    serverFolder = makeFolder();
    const env = { UNDERSEAL_DATA_DIR: path.join(serverFolder, "data"), UNDERSEAL_PORT: "0" };
    server = startCommand(["start"], { env });
    url = (await server.untilPrinted(/running at (\S+)/))[1] ?? "";
  });

  afterAll(async () => {
    server?.child.kill("SIGINT");
    expect(await server?.ended).toBe(0);
    expect(processesNaming(serverFolder)).toEqual([]);
    rmSync(serverFolder, { recursive: true, force: true });
  });

  const trackerEnv = () => ({
    DISPLAY: process.env.DISPLAY ?? "",
    UNDERSEAL_SERVER: url,
    UNDERSEAL_TRACKER_DIR: inFolder("tracker"),
  });

  test("a second server on the same data directory is refused and the first goes on", async () => {
    const env = { UNDERSEAL_DATA_DIR: path.join(serverFolder, "data"), UNDERSEAL_PORT: "0" };
    const outcome = await runCommand(["start"], { env });
    expectFailure(outcome, /Another Underseal server is already running on .*\. Stop it first/);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });

  test("a code that is wrong", async () => {
    const outcome = await runCommand(["track", "enrol", "ABCD-EFGH"], { env: trackerEnv() });
    expectFailure(outcome, /code is not valid.* Make a new code in the web app/);
  });

  test("a machine that is not enrolled", async () => {
    const outcome = await runCommand(["track", "start"], { env: trackerEnv() });
    expectFailure(outcome, /does not know this machine: make a code in the web app and run underseal track enrol/);
  });

  test("a second tracker with the same directory", async () => {
    const deps = { clock: createSystemClock(), random: createSystemRandom(), baseUrl: url };
    const code = await createDeviceCode(await createParty(deps, { name: "Freelancer", kind: "freelancer" }));
    const first = startCommand(["track", "enrol", code], { env: trackerEnv() });
    await first.untilPrinted(/Approve this device/);
    expectFailure(
      await runCommand(["track", "start"], { env: trackerEnv() }),
      /another tracker is running .*: stop it first/,
    );
    first.child.kill("SIGINT");
    expect(await first.ended).toBe(1);
    expect(first.stderr()).toMatch(/^underseal: stopped before the device was approved/);
  });
});

describe("a bundle to verify", () => {
  test.each([
    ["a file that is not there", "missing", /there is no file .*missing: check the path/],
    ["a directory", ".", /is not a file: name the bundle itself/],
  ])("%s", async (_, name, message) => {
    expectFailure(await runCommand(["verify", "bundle", inFolder(name)]), message);
  });

  test.each([
    ["an empty file", new Uint8Array()],
    ["random bytes", createSystemRandom().bytes(5_000)],
    ["JSON that is no bundle", Buffer.from('{"a":1}')],
  ])("%s is not valid", async (_, bytes) => {
    writeFileSync(inFolder("bundle"), bytes);
    const outcome = await runCommand(["verify", "bundle", inFolder("bundle")]);
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/^NOT VALID: .*\n$/);
    const json = await runCommand(["verify", "bundle", "--json", inFolder("bundle")]);
    expect(json).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({ valid: false });
  });
});

test("a folder for the demo's pictures that cannot be made", async () => {
  writeFileSync(inFolder("file"), "kept");
  const outcome = await runCommand(["demo", "--out", inFolder("file", "out")], { env: { TMPDIR: folder } });
  expectFailure(outcome, /cannot make the folder .*out \(ENOTDIR\): .*--out/);
  expect(readdirSync(folder)).toEqual(["file"]);
});

describe("the command line itself", () => {
  test.each([
    [["bogus"], /unknown command 'bogus'/],
    [["start", "--bogus"], /unknown option '--bogus'/],
    [["start", "extra"], /too many arguments/],
    [["track", "bogus"], /unknown command 'bogus'/],
    [["track", "enrol"], /missing required argument 'code'/],
    [["track", "start", "--deny", " "], /would deny every window/],
    [["verify", "bundle"], /missing required argument 'file'/],
    [[], /Usage: underseal/],
    [["track"], /Usage: underseal track/],
  ])("%j is not understood: 2, with the usage", async (args, message) => {
    const outcome = await runCommand(args);
    expect(outcome).toMatchObject({ code: 2, stdout: "" });
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr).toMatch(/Usage: underseal/);
    expect(outcome.stderr).not.toMatch(/^ +at /m);
  });

  test.each([
    [[], /Begin here:[\s\S]*Exit codes:/],
    [["start"], /until Ctrl-C[\s\S]*UNDERSEAL_PORT/],
    [["track"], /enrol[\s\S]*start[\s\S]*status/],
    [["track", "enrol"], /the code from the web app, such as/],
    [["track", "start"], /until Ctrl-C[\s\S]*--memo/],
    [["track", "status"], /what waits to be sent/],
    [["track", "terms"], /no capture of this machine[\s\S]*never sent, signed or logged/],
    [["verify"], /offline, without trusting/],
    [["verify", "bundle"], /the exported bundle/],
    [["verify", "checkpoint"], /--quorum/],
    [["verify", "inclusion"], /--leaf-hash[\s\S]*who signed/],
    [["verify", "consistency"], /--old[\s\S]*--new/],
    [["verify", "beacon"], /quicknet/],
    [["verify", "opening"], /opened parts of a capture/],
    [["demo"], /invented people[\s\S]*--keep/],
  ])("%j --help explains it", async (args, explanation) => {
    const outcome = await runCommand([...args, "--help"]);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(outcome.stdout).toMatch(/^Usage: underseal/);
    expect(outcome.stdout).toMatch(explanation);
  });
});
