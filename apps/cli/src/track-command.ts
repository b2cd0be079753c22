import type { Rect } from "@underseal/redaction";
import { type Command, InvalidArgumentError } from "commander";
import { parseArea } from "./area.ts";
import type { StartOptions } from "./track.ts";
import type { HideOptions } from "./track-hide.ts";
import type { WordOptions } from "./track-words.ts";

export const addTrackCommand = (program: Command): void => {
  const track = program.command("track").description("the tracker on this machine");
  track
    .command("enrol")
    .description("make this machine one of your devices")
    .argument("<code>", "the code from the web app, such as ABCD-EFGH")
    .action(async (code: string) => (await import("./track.ts")).enrol(code));
  track
    .command("start")
    .description("track a contract until Ctrl-C; what cannot be sent waits for the next start")
    .option("--contract <id>", "which contract, where there is more than one")
    .option("--memo <text>", "what you work on; sealed to your client and you", "")
    .option("--deny <text>", "never capture windows with this in program name or title (repeatable)", collect, [])
    .option("--deny-host <host>", "never capture windows with this host in their title (repeatable)", collect, [])
    .option("--xvfb", "track a screen of its own instead of the display (for tests)")
    .option("--json", "print events as lines of JSON")
    .action(async (options: StartOptions) => (await import("./track.ts")).start(options));
  track
    .command("status")
    .description("what waits to be sent, and why captures of the last week show less or are missing")
    .action(async () => (await import("./track.ts")).status());
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
