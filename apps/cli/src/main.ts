// The one front door on the command line: `underseal <command>`.
import { Command } from "commander";
import { failUnexpectedly } from "./console.ts";
import { addDemoCommand } from "./demo-command.ts";
import { addLogCommand } from "./log-command.ts";
import { addMonitorCommand } from "./monitor-command.ts";
import { addRedactCommand } from "./redact-command.ts";
import { addStartCommand } from "./start-command.ts";
import { addTrackCommand } from "./track-command.ts";
import { addVerifyCommand } from "./verify-command.ts";
import { addWitnessCommand } from "./witness-command.ts";

const program = new Command("underseal")
  .description("A work diary under seal: time tracking that keeps the client's NDA and the freelancer's pay.")
  .version("0.0.0")
  .showHelpAfterError()
  .addHelpText(
    "after",
    `
Begin here:
  underseal demo                 see the whole path once, on this machine, with invented people
  underseal start                run the server and the web app
  underseal track enrol CODE     make this machine a tracker (the code comes from the web app)
  underseal track start          track until Ctrl-C, or with the daemon where one runs
  underseal track daemon         stay, and track when told to by commands or its page
  underseal redact PICTURE       see what a capture of it would hide, and why
  underseal verify bundle FILE   check an exported week, offline, trusting nobody
  underseal verify --help        check a single checkpoint, proof, beacon round or opening
  underseal witness …            cosign a log for others, so that it cannot tell two stories
  underseal monitor …            follow a log and raise the alarm when it does

Exit codes: 0 done (verify: valid), 1 failed, not valid or an alarm, 2 the command was not understood.`,
  );

addStartCommand(program);
addLogCommand(program);
addTrackCommand(program);
addRedactCommand(program);
addVerifyCommand(program);
addWitnessCommand(program);
addMonitorCommand(program);
addDemoCommand(program);

// Commander ends with 1 for a command it does not understand; 1 is taken by "failed".
program.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
  command.exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2));
}
await program.parseAsync().catch(failUnexpectedly);
