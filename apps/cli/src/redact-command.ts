import { redactionPolicies } from "@underseal/evidence";
import type { Rect } from "@underseal/redaction";
import { type Command, Option } from "commander";
import { parseArea } from "./area.ts";
import type { RedactOptions } from "./redact.ts";

export const addRedactCommand = (program: Command): void => {
  program
    .command("redact")
    .description("hide in a picture what a capture of such a screen would hide, and say why; offline")
    .argument("<picture>", "a PNG; - for standard input")
    .requiredOption("--out <file>", "where the redacted picture goes, a PNG")
    .requiredOption("--json <file>", "where the hidden boxes and their reasons go")
    .addOption(
      new Option("--policy <name>", "what a contract's terms may ask for").choices(redactionPolicies).default("strict"),
    )
    .option("--languages <list>", "whose ordinary words may be shown: eng, deu, fra, spa, por", list, ["eng"])
    .option("--terms <file>", "the contract's own words, one a line; # begins a comment")
    .option("--deny <x,y,w,h>", "a rectangle that is never looked at, as of a denied window (repeatable)", areas, [])
    .option("--tiles", "hide whole tiles, as a capture does, instead of the boxes alone")
    .addHelpText(
      "after",
      `
The picture is read in a process of its own at low priority, for a minute at most, and it alone is written to the disk.
What fails leaves no picture behind. Where text could be found but not read, all of it is hidden and a warning says so.`,
    )
    .action(async (picture: string, options: RedactOptions) => (await import("./redact.ts")).redact(picture, options));
};

const list = (text: string): readonly string[] => text.split(",").map((name) => name.trim());

const areas = (text: string, others: readonly Rect[]): readonly Rect[] => [...others, parseArea(text)];
