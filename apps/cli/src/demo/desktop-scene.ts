// The desktop that the demo works on: real programs with real windows, secrets in most of them, and one window
// without text, far enough from the others that its tiles stay visible when everything around text is hidden.
import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { bytesToHex, err, ok, type Random, type Result } from "@underseal/foundation";
import { type LeashedProcess, startLeashed } from "@underseal/tracker";
import { CLINIC_TITLE, clinicPage, DESIGN_TITLE, designPage } from "./scene-pages.ts";
import { makeSecrets } from "./scene-secrets.ts";
import { SHELL_TITLE, sceneTerminals, type Terminal } from "./scene-terminals.ts";

export const SCENE_SIZE = { width: 1920, height: 1080 };

const WAIT_MS = 30_000;
const POLL_MS = 50;
// The last terminal line and the page's text may come a moment after their windows.
const SETTLE_MS = 500;

const CLINIC = { x: 620, y: 16, width: 560, height: 700 };
const DESIGN = { x: 1440, y: 40, width: 464, height: 1000 };

export interface SceneDeps {
  readonly random: Random;
  /** What the programs inherit: `PATH`. */
  readonly env: Readonly<Record<string, string>>;
  /** The browsers' profiles go here. The folder is made, and removed by `stop`. */
  readonly workDir: string;
  readonly isRoot: boolean;
}

export interface Scene {
  /** The secret words on the screen, each at least 12 characters and new in every run. */
  readonly canaries: readonly string[];
  /** A few seconds of work: typing in the shell, a click and some scrolling in the browser. */
  activity(): Promise<void>;
  /** Ends every program of the scene and removes its files. Safe to call twice. */
  stop(): Promise<void>;
}

export interface SceneError {
  readonly code: "SCENE_NOT_STARTED";
  readonly message: string;
}

/** Opens all windows on a display of `SCENE_SIZE` and waits until they are drawn (some seconds). */
export const startScene = async (display: string, deps: SceneDeps): Promise<Result<Scene, SceneError>> => {
  const secrets = makeSecrets(deps.random);
  const env = { ...deps.env, DISPLAY: display, HOME: deps.workDir, LANG: "C.UTF-8" };
  // What a killed run left there would keep the browsers from starting.
  await rm(deps.workDir, { recursive: true, force: true });
  await mkdir(deps.workDir, { recursive: true, mode: 0o700 });
  const pages = await servePages(
    new Map([clinicPage(secrets), designPage()].map((html) => [nameIn(deps.random), html])),
  );
  const [clinicUrl = "", designUrl = ""] = pages.urls;
  const terminals = sceneTerminals(secrets);
  const started = [
    ...terminals.map((terminal) => startTerminal(terminal, env)),
    startBrowser({ url: clinicUrl, area: CLINIC, profile: "clinic" }, env, deps),
    startBrowser({ url: designUrl, area: DESIGN, profile: "design" }, env, deps),
  ];
  const stop = () => stopAll(started, pages.server, deps.workDir);
  const xdotool = async (...args: readonly string[]) =>
    (await promisify(execFile)("xdotool", args, { env })).stdout.trim();
  const ids = await Promise.all(
    [...terminals.map(({ title }) => title), CLINIC_TITLE, DESIGN_TITLE].map((title) => findWindow(title, xdotool)),
  );
  if (ids.includes(null)) {
    await stop();
    return err({
      code: "SCENE_NOT_STARTED",
      message: 'a program of the demo did not open its window; run "npm run setup"',
    });
  }
  await sleep(SETTLE_MS);
  return ok({ canaries: Object.values(secrets), activity: () => work(xdotool), stop });
};

type Xdotool = (...args: readonly string[]) => Promise<string>;

/** `null` when no visible window gets the title in time. */
const findWindow = async (title: string, xdotool: Xdotool): Promise<string | null> => {
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += POLL_MS) {
    const ids = await xdotool("search", "--onlyvisible", "--name", `^${title}$`).catch(() => "");
    if (ids !== "") return ids.split("\n")[0] ?? null;
    await sleep(POLL_MS);
  }
  return null;
};

const KEY_DELAY_MS = "25";

const work = async (xdotool: Xdotool): Promise<void> => {
  await xdotool("search", "--name", `^${SHELL_TITLE}$`, "windowactivate", "--sync");
  await xdotool("type", "--delay", KEY_DELAY_MS, "uptime\n");
  await xdotool(
    "mousemove",
    `${CLINIC.x + 40}`,
    `${CLINIC.y + CLINIC.height - 40}`,
    "click",
    "5",
    "click",
    "4",
    "click",
    "1",
  );
  await xdotool("mousemove", `${DESIGN.x + 200}`, `${DESIGN.y + 500}`, "click", "1");
};

/** Prints its text and then is an ordinary shell, ready to be typed into. */
const startTerminal = (
  terminal: Terminal,
  env: Readonly<Record<string, string>> & { readonly HOME: string },
): LeashedProcess => {
  const font = ["-fa", "DejaVu Sans Mono", "-fs", "10"];
  const look = ["-bg", terminal.background, "-fg", terminal.foreground, "-geometry", terminal.geometry, "+sb"];
  const title = ["-T", terminal.title, "-xrm", "*utf8Title: true", "-xrm", "*allowTitleOps: false"];
  const script = 'printf "%s" "$SCENE_TEXT"; unset SCENE_TEXT; PS1="$ " exec sh -i';
  return startLeashed({
    command: "xterm",
    args: [...font, ...look, ...title, "-e", "sh", "-c", script],
    env: { ...env, SCENE_TEXT: terminal.text },
    cwd: env.HOME,
  });
};

// A profile of its own, nothing kept, and no traffic that is not ours.
const BROWSER_FLAGS = [
  "--incognito",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--disable-breakpad",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--password-store=basic",
  "--force-device-scale-factor=1",
  // Hides the bar that warns of other flags, which would be text on the picture.
  "--test-type",
];

interface Browser {
  readonly url: string;
  readonly area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  readonly profile: string;
}

const startBrowser = (
  { url, area, profile }: Browser,
  env: Readonly<Record<string, string>>,
  { workDir, isRoot }: SceneDeps,
): LeashedProcess => {
  const place = [`--window-position=${area.x},${area.y}`, `--window-size=${area.width},${area.height}`];
  const sandbox = isRoot ? ["--no-sandbox"] : [];
  const own = [`--user-data-dir=${path.join(workDir, profile)}`, `--app=${url}`];
  return startLeashed({ command: "chromium", args: [...BROWSER_FLAGS, ...sandbox, ...place, ...own], env });
};

const nameIn = (random: Random): string => bytesToHex(random.bytes(16));

interface Pages {
  readonly server: Server;
  readonly urls: readonly string[];
}

/** From memory, on loopback, under names that cannot be guessed, and never to be cached. */
const servePages = async (htmlByName: ReadonlyMap<string, string>): Promise<Pages> => {
  const server = createServer((request, response) => {
    const html = htmlByName.get((request.url ?? "").slice(1));
    response.writeHead(html === undefined ? 404 : 200, { "content-type": "text/html", "cache-control": "no-store" });
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Listening on a port gives an address, never the path of a socket.
  const { port } = server.address() as AddressInfo;
  return { server, urls: [...htmlByName.keys()].map((name) => `http://127.0.0.1:${port}/${name}`) };
};

const stopAll = async (started: readonly LeashedProcess[], server: Server, workDir: string): Promise<void> => {
  await Promise.all(started.map((program) => program.stop()));
  server.closeAllConnections();
  server.close();
  await rm(workDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
};
