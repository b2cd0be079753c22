// The commands that look at a running daemon or steer it: `underseal track status|pause|resume|stop|switch|open|review`.
import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";
import { MEMO_MAX_CHARACTERS } from "@underseal/evidence";
import {
  type DaemonClient,
  type DaemonCommand,
  findDaemon,
  type PageAddress,
  type Snapshot,
  writeLaunchFile,
} from "@underseal/tracker";
import { fail } from "./console.ts";
import { machineDeps, openOrFail, readConfig } from "./track-open.ts";
import { sayDeviceStatus, saySnapshot } from "./track-status.ts";

/** The daemon of this state directory; `null` where none runs. */
export const runningDaemon = async (): Promise<DaemonClient | null> => {
  const config = await readConfig();
  return findDaemon(config.stateDir, machineDeps(config));
};

export const checkMemo = (memo: string): void => {
  if (memo.length > MEMO_MAX_CHARACTERS) fail(`a memo has at most ${MEMO_MAX_CHARACTERS} characters`);
};

const daemonOrFail = async (): Promise<DaemonClient> =>
  (await runningDaemon()) ?? fail("no tracker runs with this state directory: start one with underseal track daemon");

interface SayOptions {
  readonly json?: boolean;
}

/** `underseal track status` */
export const status = async ({ json }: SayOptions): Promise<void> => {
  const daemon = await runningDaemon();
  if (daemon === null) {
    const { tracker } = await openOrFail(() => {});
    sayDeviceStatus(tracker, json === true);
    return tracker.close();
  }
  const snapshot = await daemon.snapshot();
  if (!snapshot.ok) return fail(snapshot.error.message);
  say(snapshot.value, json);
};

/** `underseal track pause`, `resume` and so on: ends when it is done. */
export const steer = async (command: DaemonCommand, { json }: SayOptions): Promise<void> => {
  if ("memo" in command) checkMemo(command.memo);
  await send(await daemonOrFail(), command, json);
};

const send = async (daemon: DaemonClient, command: DaemonCommand, json: boolean | undefined): Promise<void> => {
  const done = await daemon.command(command);
  if (!done.ok) return fail(done.error.message);
  say(done.value, json);
};

const say = (snapshot: Snapshot, json: boolean | undefined): void => {
  if (json) console.log(JSON.stringify(snapshot));
  else saySnapshot(snapshot);
};

interface StartWithDaemonOptions extends SayOptions {
  readonly contract?: string;
  readonly memo: string;
  readonly deny: readonly string[];
  readonly denyHost: readonly string[];
  readonly xvfb?: boolean;
}

/** `underseal track start` where a daemon runs. */
export const startWithDaemon = async (daemon: DaemonClient, options: StartWithDaemonOptions): Promise<void> => {
  const { contract, memo, deny, denyHost, xvfb, json } = options;
  if (deny.length + denyHost.length > 0 || xvfb) {
    return fail(
      `a tracker runs already (process ${daemon.pid}): give it --deny, --deny-host and --xvfb when it starts`,
    );
  }
  checkMemo(memo);
  await send(daemon, { name: "start", memo, ...(contract === undefined ? {} : { contract }) }, json);
};

/** `underseal track open` and `underseal track review` */
export const open = async (page: PageAddress, { browser }: { readonly browser: boolean }): Promise<void> => {
  const launched = await (await daemonOrFail()).launch(page);
  if (!launched.ok) return fail(launched.error.message);
  console.log(`${launched.value}\nIt opens once, within a minute.`);
  if (browser) await openBrowser(launched.value);
};

/** By way of a private file: other users of this machine see the arguments of every program. */
const openBrowser = async (url: string): Promise<void> => {
  const file = await writeLaunchFile((await readConfig()).stateDir, url);
  const opener = spawn("xdg-open", [pathToFileURL(file).href], { detached: true, stdio: "ignore" });
  // Where there is none, the address was printed.
  opener.on("error", () => {}).unref();
};
