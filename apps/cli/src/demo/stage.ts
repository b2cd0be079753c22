// What the demo plays on: the server with a clock that can be set forward, behind a proxy that records all traffic,
// and a screen with real windows. Everything is torn down in reverse order, whatever happens.
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  createSystemRandom,
  DAY_MS,
  type DemoClockSettings,
  HOUR_MS,
  type Random,
  weekStartOf,
} from "@underseal/foundation";
import {
  type Config,
  createLogger,
  createScratchDatabase,
  createSystemClock,
  type RunningServer,
  readConfig,
  readLogKey,
  startServer,
} from "@underseal/server";
import { startDisplay } from "@underseal/tracker";
import { childEnvironment } from "../tracking.ts";
import { SCENE_SIZE, type Scene, startScene } from "./desktop-scene.ts";
import { type RecordingProxy, startRecordingProxy } from "./recording-proxy.ts";
import { DemoError, mustSucceed } from "./session.ts";
import { createStageClock, type StageClock } from "./stage-clock.ts";
import { startWitnesses, type Witnesses } from "./witnesses.ts";

/** Ten minutes pass in twenty seconds; about two captures of some seconds each are due in them. */
const DEMO_CLOCK_FACTOR = 30;
/** A second by a real clock: the beacon's rounds are as far apart as terms allow. */
const BEACON_PERIOD_SECONDS = 30;

export interface Stage {
  readonly clock: StageClock;
  readonly clockSettings: DemoClockSettings;
  readonly random: Random;
  readonly server: RunningServer;
  /** The log's verifier key. */
  readonly logKey: string;
  readonly witnesses: Witnesses;
  /** Where tracker and browser find the server: the recording proxy. */
  readonly baseUrl: string;
  readonly files: { readonly traffic: string; readonly log: string; readonly blobs: string };
  readonly proxy: RecordingProxy;
}

/** Wednesday 09:00 UTC of the present week: the demo's work is done then. */
const demoClockSettings = (nowMs: number): DemoClockSettings => ({
  realStartMs: nowMs,
  simulatedStartMs: weekStartOf(nowMs) + 2 * DAY_MS + 9 * HOUR_MS,
  factor: DEMO_CLOCK_FACTOR,
});

export const startStage = async (workDir: string, running: AsyncDisposableStack): Promise<Stage> => {
  const files = {
    traffic: path.join(workDir, "traffic.bin"),
    log: path.join(workDir, "server.log"),
    blobs: path.join(workDir, "server", "blobs"),
  };
  const random = createSystemRandom();
  const system = createSystemClock();
  const clockSettings = demoClockSettings(system.now());
  const clock = createStageClock(system, clockSettings);
  const proxy = await startRecordingProxy(files.traffic);
  running.defer(proxy.stop);
  const settings = {
    DATABASE_URL: await scratchUrl(random, running),
    UNDERSEAL_DATA_DIR: path.join(workDir, "server"),
    UNDERSEAL_PORT: "0",
    UNDERSEAL_PUBLIC_URL: proxy.url,
    UNDERSEAL_FEE_PERMILLE: "50",
    UNDERSEAL_BEACON_PERIOD: String(BEACON_PERIOD_SECONDS),
    UNDERSEAL_LOG_INTERVAL: "1",
  };
  const logKey = mustSucceed(await readLogKey(readSettings(settings), { random }), "the log's key");
  const witnesses = await startWitnesses(workDir, { clock, random, logKey }, running);
  const config = readSettings({ ...settings, UNDERSEAL_LOG_POLICY: witnesses.policyFile });
  const logger = createLogger({ level: "info", destination: createWriteStream(files.log, { mode: 0o600 }) });
  const server = mustSucceed(await startServer(config, { clock, random, logger }), "the server");
  running.defer(server.stop);
  proxy.forwardTo(server.port);
  return { clock, clockSettings, random, server, logKey, witnesses, baseUrl: proxy.url, files, proxy };
};

const readSettings = (settings: Readonly<Record<string, string | undefined>>): Config => {
  const config = readConfig(settings);
  if (config.ok) return config.value;
  throw new DemoError(config.error.map(({ variable, problem }) => `${variable} ${problem}`).join("; "));
};

/** Where `DATABASE_URL` is set, a database of the demo's own on that server; else nothing, and it is embedded. */
const scratchUrl = async (random: Random, running: AsyncDisposableStack): Promise<string | undefined> => {
  const url = process.env.DATABASE_URL ?? "";
  if (url === "") return undefined;
  const scratch = mustSucceed(await createScratchDatabase(url, { random }), "DATABASE_URL");
  running.defer(scratch.drop);
  return scratch.url;
};

export interface Screen {
  readonly display: string;
  readonly canaries: readonly string[];
  work(): Promise<void>;
}

/** The display somebody agreed to, or a virtual one with the demo's windows. */
export const startScreen = async (
  ownDisplay: string | null,
  { workDir, random }: { readonly workDir: string; readonly random: Random },
  running: AsyncDisposableStack,
): Promise<Screen & { readonly scene: Scene | null }> => {
  if (ownDisplay !== null) return { display: ownDisplay, canaries: [], work: async () => {}, scene: null };
  const env = childEnvironment();
  const screen = mustSucceed(await startDisplay(SCENE_SIZE, env), "the virtual display");
  running.defer(screen.stop);
  const sceneDir = path.join(workDir, "scene");
  await mkdir(sceneDir, { recursive: true, mode: 0o700 });
  const isRoot = process.getuid?.() === 0;
  const scene = mustSucceed(
    await startScene(screen.display, { random, env, workDir: sceneDir, isRoot }),
    "the windows on the virtual display",
  );
  running.defer(scene.stop);
  return { display: screen.display, canaries: scene.canaries, work: scene.activity, scene };
};
