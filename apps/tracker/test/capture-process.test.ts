// The capture's own process and the reader below it, as the daemon meets them: what they answer, what they leave behind,
// and what happens when they are killed, starved or given a screen that cannot be read.
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { decodeMap, FIRST_TILE_INDEX, leafStates, sealingKeyOf } from "@underseal/evidence";
import { openSecret } from "@underseal/evidence/open";
import { base64UrlToBytes, bytesToBase64Url, createTestRandom } from "@underseal/foundation";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import type { Commitment } from "../src/captures/commit.ts";
import { startDisplay } from "../src/platform/virtual-display.ts";
import { type CaptureSettings, runCapture } from "../src/sensors/capture.ts";
import { baseEnv, startTestDesktop, unwrap, useDesktop } from "./desktop.ts";

// At the lowest priority, on machines that have other work too.
vi.setConfig({ testTimeout: 120_000 });

const desktop = useDesktop();
const vaultDir = mkdtempSync(path.join(tmpdir(), "underseal-vault-"));
afterAll(() => rmSync(vaultDir, { recursive: true }));
afterEach(() => {
  for (const name of readdirSync(vaultDir)) rmSync(path.join(vaultDir, name));
});
const vault = sealingKeyOf(createTestRandom(7).bytes(32));
const request = {
  rules: [{ field: "title", contains: "keepassxc" }],
  ownPids: [],
  policy: "strict",
  languages: ["eng"],
  terms: ["NORDWINDPROJECT"],
  tilePx: 64,
  treeSize: 1_024,
  fallback: null,
  isConcealed: false,
  remembered: { key: bytesToBase64Url(new Uint8Array(32)), tiles: [] },
  vaultDir,
  vaultRecipient: vault.recipient,
} as const;

/** Hidden as a whole under `structure`, and hardly under `open`. */
const ORDINARY = "printf 'we write the report today\\n'; sleep 1000";

const settings = (display = desktop().display): CaptureSettings => ({
  display,
  env: baseEnv,
  execPath: process.execPath,
});

/** How many tiles of a committed capture are visible, withheld and masked. */
const tilesOf = ({ map }: Commitment) => {
  const states = decodeMap(base64UrlToBytes(map) ?? new Uint8Array(), request.treeSize)?.slice(FIRST_TILE_INDEX) ?? [];
  const count = (wanted: number) => states.filter((state) => state === wanted).length;
  return { visible: count(leafStates.visible), withheld: count(leafStates.redacted), masked: count(leafStates.masked) };
};

/** Why less is shown, as the client will read it: from the leaf that the root commits to. */
const toldBy = async ({ vaultFile }: Commitment): Promise<unknown> => {
  const { payload, headerBytes } = unwrap(await openSecret(readFileSync(vaultFile), vault.identity));
  return JSON.parse(new TextDecoder().decode(payload.subarray(0, headerBytes))).fallback;
};

interface Running {
  readonly pid: number;
  readonly command: string;
}

/** Processes below this one whose command line names `file`. */
const findRunning = (file: string): readonly Running[] =>
  readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const command = read(`/proc/${name}/cmdline`).replaceAll("\0", " ");
    return command.includes(file) && !command.startsWith("sh ") && isBelowUs(Number(name))
      ? [{ pid: Number(name), command }]
      : [];
  });

const isBelowUs = (pid: number): boolean => {
  for (let at = pid, depth = 0; at > 1 && depth < 8; depth += 1) {
    if (at === process.pid) return true;
    at = Number(/^PPid:\s+(\d+)$/m.exec(read(`/proc/${at}/status`))?.[1] ?? 0);
  }
  return false;
};

const read = (file: string): string => {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
};

const untilRunning = async (file: string): Promise<Running> => {
  for (let looks = 0; looks < 2_000; looks += 1) {
    const [found] = findRunning(file);
    if (found !== undefined) return found;
    await sleep(5);
  }
  throw new Error(`${file} does not run`);
};

describe("the capture's own process", () => {
  test("answers with a commitment, and neither it nor the vault tells what was on the screen or on the list", async () => {
    const script = "printf 'SECRETWORDONSCREEN NORDWINDPROJECT'; sleep 1000";
    const denied = await desktop().openTerminal({ title: "KeePassXC", geometry: "30x8+300+300", script });
    const other = await desktop().openTerminal({ title: "shell", geometry: "30x8+700+500", script });
    const answer = await runCapture(request, settings());
    expect(answer).toMatchObject({ ok: true, value: { root: expect.any(String), maskedPermille: 50, fallback: null } });
    const files = readdirSync(vaultDir).map((name) => readFileSync(path.join(vaultDir, name), "latin1"));
    expect(files).toHaveLength(1);
    for (const text of [JSON.stringify(answer), ...files]) expect(text).not.toMatch(/KeePass|SECRETWORD|NORDWIND/);
    expect(await toldBy(unwrap(answer))).toBeUndefined();
    // Why each tile is withheld, for the review: codes, and no word.
    const { columns, rows, reasons } = unwrap(answer).tiles;
    expect([columns, rows, reasons.length]).toEqual([20, 12, tilesOf(unwrap(answer)).withheld]);
    expect(reasons.flatMap(([, codes]) => codes)).toContain("term");
    await Promise.all([denied.close(), other.close()]);
  });

  test.each([
    ["a display that is not there", { display: ":4711" }, {}, "NO_DISPLAY"],
    ["an empty rule", {}, { rules: [{ field: "title" as const, contains: " " }] }, "BAD_REQUEST"],
    ["a tree size nobody agreed on", {}, { treeSize: 100 }, "BAD_REQUEST"],
    ["a policy nobody signed", {}, { policy: "everything" as "open" }, "BAD_REQUEST"],
    ["no language", {}, { languages: [] }, "BAD_REQUEST"],
    ["a fallback nobody knows", {}, { fallback: { shows: "all", code: "CHILD_FAILED" } as never }, "BAD_REQUEST"],
    ["remembered tiles without a key", {}, { remembered: { key: "", tiles: [] } }, "BAD_REQUEST"],
    ["a language nobody knows", {}, { languages: ["klingon"] as never }, "BAD_REQUEST"],
    ["a Node that is not there", { execPath: "/nonexistent" }, {}, "CHILD_FAILED"],
  ])("%s is an error without a picture", async (_, setting, changes, code) => {
    const answer = await runCapture({ ...request, ...changes }, { ...settings(), ...setting });
    expect(answer).toMatchObject({ ok: false, error: { code } });
    expect(readdirSync(vaultDir)).toEqual([]);
  });

  test.each([
    ["too little time", { timeoutMs: 50 }, "CHILD_TIMEOUT", "time"],
    ["too little memory", { memoryBytesMax: 40 * 1024 * 1024 }, "CHILD_MEMORY", "memory"],
  ])("with %s it is asked once more, and the whole picture is withheld", async (_, setting, code, because) => {
    const text = await desktop().openTerminal({ title: "shell", geometry: "30x8+300+300" });
    const taken = unwrap(await runCapture(request, { ...settings(), ...setting }));
    expect(taken.fallback).toEqual({ shows: "nothing", code });
    expect(await toldBy(taken)).toEqual({ shows: "nothing", because });
    expect(tilesOf(taken)).toEqual({ visible: 0, withheld: 20 * 12, masked: 0 });
    expect(new Set(taken.tiles.reasons.flatMap(([, codes]) => codes))).toEqual(new Set(["unseen"]));
    expect(readdirSync(vaultDir)).toHaveLength(1);
    await text.close();
  });

  test("killed in the middle it takes its reader with it, is asked once more, and everything is withheld", async () => {
    const denied = await desktop().openTerminal({ title: "KeePassXC", geometry: "30x8+300+300" });
    const taking = runCapture(request, settings());
    const reader = await untilRunning("reader-process.ts");
    const capture = await untilRunning("capture-process.ts");
    process.kill(capture.pid, "SIGKILL");
    const taken = unwrap(await taking);
    expect(read(`/proc/${reader.pid}/cmdline`)).toBe("");
    expect(taken.fallback).toEqual({ shows: "nothing", code: "CHILD_FAILED" });
    const { visible, masked } = tilesOf(taken);
    expect(visible).toBe(0);
    expect(masked).toBeGreaterThan(0);
    await denied.close();
  });

  test("with its reader killed it shows text areas withheld, found by a second reader", async () => {
    const text = await desktop().openTerminal({ title: "shell", geometry: "30x8+300+300" });
    const taking = runCapture(request, settings());
    process.kill((await untilRunning("reader-process.ts")).pid, "SIGKILL");
    const taken = unwrap(await taking);
    expect(taken.fallback).toEqual({ shows: "structure", code: "READER_FAILED" });
    expect(await toldBy(taken)).toEqual({ shows: "structure", because: "process" });
    expect(tilesOf(taken).visible).toBeGreaterThan(0);
    expect(taken.tiles.reasons.flatMap(([, codes]) => codes)).not.toContain("text");
    await text.close();
  });

  test.each([
    ["all text", { shows: "structure", code: "WORDS_UNREADABLE" }],
    ["the whole picture", { shows: "nothing", code: "REMEMBERED_UNREADABLE" }],
  ] as const)("where a list could not be read it withholds %s, and says so", async (_, fallback) => {
    const text = await desktop().openTerminal({ title: "shell", geometry: "30x8+300+300", script: ORDINARY });
    const open = { ...request, policy: "open", terms: [] } as const;
    const agreed = tilesOf(unwrap(await runCapture(open, settings())));
    const taken = unwrap(await runCapture({ ...open, fallback }, settings()));
    expect(taken.fallback).toEqual(fallback);
    expect(await toldBy(taken)).toEqual({ shows: fallback.shows, because: "lists" });
    const { visible, withheld } = tilesOf(taken);
    expect(withheld).toBeGreaterThan(agreed.withheld);
    expect(visible > 0).toBe(fallback.shows === "structure");
    await text.close();
  });

  test("both run at the lowest priority in all threads, and nothing of their memory can be dumped", async () => {
    const taking = runCapture(request, settings());
    const reader = await untilRunning("reader-process.ts");
    const capture = await untilRunning("capture-process.ts");
    for (const { pid } of [reader, capture]) {
      expect(read(`/proc/${pid}/limits`)).toMatch(/Max core file size\s+0\s+0/);
      expect(Number.parseInt(read(`/proc/${pid}/coredump_filter`), 16)).toBe(0);
      expect(read(`/proc/${pid}/oom_score_adj`).trim()).toBe("1000");
      const nice = readdirSync(`/proc/${pid}/task`).map((task) => niceOf(`/proc/${pid}/task/${task}/stat`));
      expect(new Set(nice.filter((value) => value !== null))).toEqual(new Set([19]));
    }
    expect(read(`/proc/${reader.pid}/limits`)).toMatch(/Max file size\s+0\s+0/);
    expect(read(`/proc/${reader.pid}/environ`)).not.toMatch(/DISPLAY=[^\0]|HOME=|XAUTHORITY=/);
    unwrap(await taking);
  });
});

const niceOf = (file: string): number | null => {
  const fields = read(file)
    .replace(/^.*\) /s, "")
    .split(" ");
  return fields.length > 16 ? Number(fields[16]) : null;
};

describe("screens that cannot be read", () => {
  test("one of 30 bits a pixel is an error that says so, and leaves no picture", async () => {
    const other = unwrap(await startDisplay({ width: 640, height: 480, depth: 30 }, baseEnv));
    const message = expect.stringContaining("30 bits");
    const answer = await runCapture(request, settings(other.display));
    expect(answer).toMatchObject({ ok: false, error: { code: "DISPLAY_UNSUPPORTED", message } });
    expect(readdirSync(vaultDir)).toEqual([]);
    await other.stop();
  });

  test("one of an odd size, without a window, is whole", async () => {
    const other = await startTestDesktop({ width: 1283, height: 771 });
    const taken = unwrap(await runCapture(request, settings(other.display)));
    expect(taken.fallback).toBeNull();
    expect(tilesOf(taken)).toEqual({ visible: 21 * 13, withheld: 0, masked: 0 });
    await other.stop();
  });

  test("one of 7680×4320 is committed within its limits, and told where it took too long to read", async () => {
    const other = await startTestDesktop({ width: 7680, height: 4320 });
    const taken = unwrap(await runCapture(request, settings(other.display)));
    if (taken.fallback !== null) expect(taken.fallback).toEqual({ shows: "nothing", code: "READER_TIMEOUT" });
    const { visible, withheld } = tilesOf(taken);
    expect(visible + withheld).toBe(30 * 17);
    expect(visible).toBe(taken.fallback === null ? 30 * 17 : 0);
    await other.stop();
  });
});

describe("the disk", () => {
  test("sees one sealed file and nothing else, and the network nothing", async (context) => {
    if (spawnSync("strace", ["-V"]).status !== 0) return context.skip("tracing takes the Debian package strace");
    const trace = mkdtempSync(path.join(tmpdir(), "underseal-trace-"));
    const script = `
      const { runCapture } = await import(${JSON.stringify(new URL("../src/sensors/capture.ts", import.meta.url).href)});
      const answer = await runCapture(${JSON.stringify(request)}, ${JSON.stringify(settings())});
      console.log(JSON.stringify(answer));`;
    const text = await desktop().openTerminal({ title: "shell", geometry: "30x8+300+300" });
    const program = [process.execPath, "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script];
    const calls = "trace=connect,open,openat,creat,memfd_create,mknod,mknodat,link,linkat,symlink,symlinkat";
    const { stdout } = await promisify(execFile)(
      "strace",
      ["-ff", "-qq", "-e", calls, "-o", path.join(trace, "calls"), ...program],
      { env: { ...baseEnv, TMPDIR: trace } },
    );
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
    const written = readdirSync(trace)
      .flatMap((name) => readFileSync(path.join(trace, name), "utf8").split("\n"))
      .filter((line) => /AF_INET|O_WRONLY|O_RDWR|O_CREAT|O_TMPFILE|creat\(|memfd|mknod|link/.test(line))
      .filter((line) => !/= -1 /.test(line) || line.includes("AF_INET"))
      .flatMap((line) => /"([^"]*)"/.exec(line)?.[1] ?? line)
      .filter((file) => !file.startsWith("/proc/self/") && file !== "/dev/null");
    expect(written.filter((file) => path.dirname(file) !== vaultDir)).toEqual([]);
    expect(written.length).toBeGreaterThan(0);
    await text.close();
    rmSync(trace, { recursive: true });
  });
});
