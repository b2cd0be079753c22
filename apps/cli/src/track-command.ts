import { WORK_MODES, type WorkMode } from "@underseal/protection";
import type { Rect } from "@underseal/redaction";
import { Argument, type Command, InvalidArgumentError } from "commander";
import { parseArea } from "./area.ts";
import type { StartOptions } from "./track.ts";
import type { DaemonOptions } from "./track-daemon.ts";
import type { HideOptions } from "./track-hide.ts";
import type { WordOptions } from "./track-words.ts";

const MEMO = "what you work on; sealed to your client and you";
const DENY = "never capture windows with this in program name or title (repeatable)";
const DENY_HOST = "never capture windows with this host in their title (repeatable)";
const XVFB = "track a screen of its own instead of the display (for tests)";
const JSON_STATE = "print the daemon's state as JSON";

const STEERING = [
  ["pause", "stop tracking for a while; resume goes on with the same contract"],
  ["resume", "go on after a pause"],
  ["stop", "stop tracking; the daemon stays"],
] as const;

export const addTrackCommand = (program: Command): void => {
  const track = program.command("track").description("the tracker on this machine");
  track
    .command("enrol")
    .description("make this machine one of your devices")
    .argument("<code>", "the code from the web app, such as ABCD-EFGH")
    .action(async (code: string) => (await import("./track.ts")).enrol(code));
  track
    .command("start")
    .description("track a contract: with the daemon where one runs, else here until Ctrl-C")
    .option("--contract <contract>", "which contract, by its id or its client's name, where there is more than one")
    .option("--memo <text>", MEMO, "")
    .option("--deny <text>", DENY, collect, [])
    .option("--deny-host <host>", DENY_HOST, collect, [])
    .option("--xvfb", XVFB)
    .option("--json", "print events as lines of JSON")
    .action(async (options: StartOptions) => (await import("./track.ts")).start(options));
  track
    .command("daemon")
    .description("stay, and track when told to: by the commands below, or by its page (track open)")
    .option("--deny <text>", DENY, collect, [])
    .option("--deny-host <host>", DENY_HOST, collect, [])
    .option("--xvfb", XVFB)
    .option("--json", "print events as lines of JSON")
    .action(async (options: DaemonOptions) => (await import("./track-daemon.ts")).runDaemon(options));
  track
    .command("status")
    .description("what is tracked, what waits to be sent, and why captures of the last week show less or are missing")
    .option("--json", JSON_STATE)
    .action(async (options: { json?: boolean }) => (await import("./track-control.ts")).status(options));
  for (const [name, description] of STEERING) {
    track
      .command(name)
      .description(description)
      .option("--json", JSON_STATE)
      .action(async (options: { json?: boolean }) => (await import("./track-control.ts")).steer({ name }, options));
  }
  track
    .command("switch")
    .description(
      "track another contract from the next full ten minutes on, or this one with another memo; to take that back, name the present one",
    )
    .argument("<contract>", "the contract's id, or its client's name")
    .option("--memo <text>", MEMO, "")
    .option("--json", JSON_STATE)
    .action(async (contract: string, { memo, ...options }: { memo: string; json?: boolean }) =>
      (await import("./track-control.ts")).steer({ name: "switch", contract, memo }, options),
    );
  track
    .command("mode")
    .description("what you do from this minute on, where it is not typing: segments say so")
    .addArgument(new Argument("<mode>", "how you work").choices(WORK_MODES))
    .option("--json", JSON_STATE)
    .action(async (mode: WorkMode, options: { json?: boolean }) =>
      (await import("./track-control.ts")).steer({ name: "mode", mode }, options),
    );
  track
    .command("conceal")
    .description(
      "for ten minutes captures show nothing, and what was captured in this segment is dropped; your time counts",
    )
    .option("--json", JSON_STATE)
    .action(async (options: { json?: boolean }) =>
      (await import("./track-control.ts")).steer({ name: "conceal" }, options),
    );
  track
    .command("open")
    .description("the daemon's page, in your browser")
    .option("--no-browser", "only print its address, which works once and for a minute")
    .action(async (options: { browser: boolean }) => (await import("./track-control.ts")).open("/", options));
  track
    .command("review")
    .description("the daemon's page for looking at captures before they are sent, in your browser")
    .option("--no-browser", "only print its address, which works once and for a minute")
    .action(async (options: { browser: boolean }) => (await import("./track-control.ts")).open("/review", options));
  track
    .command("terms")
    .description("a contract's words (projects, people, clients) that no capture of this machine shows; lists them")
    .argument("<contract>", "the contract's id")
    .option("--add <word>", "a word or name (repeatable)", collectWord, [])
    .option("--remove <word>", "a word or name (repeatable)", collectWord, [])
    .option("--file <file>", "adds each line of a text; - is standard input, which other users cannot see")
    .addHelpText(
      "after",
      `
Words are kept in a private file on this machine and matched here: they are never sent, signed or logged. Every list
counts in every capture, so that no client reads another client's name. With structure, which shows no text at all, the words change nothing.`,
    )
    .action(async (contract: string, options: WordOptions) =>
      (await import("./track-words.ts")).changeWords(contract, options),
    );
  track
    .command("hide")
    .description("withhold what is on an area of the screen now, from now on, wherever it comes back")
    .argument("[x,y,w,h]", "the area, in pixels of all monitors together", parseArea)
    .option("--clear", "forget everything that was hidden so")
    .addHelpText(
      "after",
      `
Kept are places and keyed hashes, never pixels. What has moved, or changed in most of its tiles, is not recognised.`,
    )
    .action(async (area: Rect | undefined, options: HideOptions) =>
      (await import("./track-hide.ts")).hide(area, options),
    );
};

const collectWord = (value: string, values: readonly string[]): readonly string[] => [...values, value];

const collect = (value: string, values: readonly string[]): readonly string[] => {
  if (value.trim() === "") throw new InvalidArgumentError("an empty text would deny every window");
  return [...values, value];
};
