import { type Command, InvalidArgumentError } from "commander";
import type { StartOptions } from "./track.ts";

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
    .option("--xvfb", "track a screen of its own instead of the display (for tests)")
    .option("--json", "print events as lines of JSON")
    .action(async (options: StartOptions) => (await import("./track.ts")).start(options));
  track
    .command("status")
    .description("what waits to be sent")
    .action(async () => (await import("./track.ts")).status());
};

const collect = (value: string, values: readonly string[]): readonly string[] => {
  if (value.trim() === "") throw new InvalidArgumentError("an empty text would deny every window");
  return [...values, value];
};
