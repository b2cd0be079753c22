// The page on the disk that leads the browser to us. It holds a launch token, because the arguments of a program are seen by
// other users of this machine; so it is a private file, and gone once its token is worth nothing.
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { utf8ToBytes } from "@underseal/foundation";
import type { TrackerClock } from "../platform/clock.ts";
import { writeFileDurably } from "../platform/durable-file.ts";
import { LAUNCH_MS } from "./sessions.ts";

const FILE = "open.html";

const fileIn = (stateDir: string): string => path.join(stateDir, FILE);

/** `url`: with the token in it. Answers where the page is. */
export const writeLaunchFile = async (stateDir: string, url: string): Promise<string> => {
  const page = `<!doctype html><meta charset="utf-8"><title>Underseal</title><meta http-equiv="refresh" content="0;url=${url}">\n`;
  await writeFileDurably(fileIn(stateDir), utf8ToBytes(page));
  return fileIn(stateDir);
};

/** The daemon's side: takes away what the command line wrote. */
export interface LaunchFile {
  /** A page with this token may be written: its minute begins. */
  expect(launchToken: string): void;
  /** Removes the page, if it is the one with this token. */
  forget(launchToken: string): Promise<void>;
  /** Removes it whatever it holds: no token outlives the daemon. */
  clear(): Promise<void>;
}

interface LaunchFileDeps {
  readonly stateDir: string;
  /** Of the machine. */
  readonly clock: Pick<TrackerClock, "wait">;
  /** Aborts when the daemon ends. */
  readonly signal: AbortSignal;
}

export const createLaunchFile = ({ stateDir, clock, signal }: LaunchFileDeps): LaunchFile => {
  const file = fileIn(stateDir);
  // Where it cannot be removed, a token stays that opens nothing any more: no reason to fail.
  const clear = (): Promise<void> => rm(file, { force: true }).catch(() => {});
  const forget = async (launchToken: string): Promise<void> => {
    const page = await readFile(file, "utf8").catch(() => "");
    if (page.includes(launchToken)) await clear();
  };
  return {
    ...{ forget, clear },
    expect: (launchToken) => void clock.wait(LAUNCH_MS, signal).then(() => forget(launchToken)),
  };
};
