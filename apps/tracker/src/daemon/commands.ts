// What a freelancer tells the daemon, and why it may say no. Both the page and the command line speak this.

import type { WorkMode } from "@underseal/protection";

export type DaemonCommand =
  | { readonly name: "start"; readonly contract?: string; readonly memo: string }
  /** The memo is never carried over: it is sealed to another client. */
  | { readonly name: "switch"; readonly contract: string; readonly memo: string }
  /** From this minute on. It ends with the run. */
  | { readonly name: "mode"; readonly mode: WorkMode }
  /** For ten minutes captures show nothing, and those of this segment that nobody has sent yet are dropped. */
  | { readonly name: "conceal" }
  | { readonly name: "pause" }
  | { readonly name: "resume" }
  | { readonly name: "stop" };

export type CommandName = DaemonCommand["name"];

export interface CommandError {
  /**
   * - `MOVE_FORBIDDEN`: not in this state;
   * - `CONTRACT_UNKNOWN`: no active contract is meant, or more than one;
   * - `SERVER_SAYS_NO`: the contracts could not be learned;
   * - `SCREEN_UNUSABLE`: what is to be captured cannot be;
   * - `RUN_FAILED`: tracking could not begin, or ended badly;
   * - `TOO_MANY`: too many commands wait, or the daemon is about to end.
   */
  readonly code:
    | "MOVE_FORBIDDEN"
    | "CONTRACT_UNKNOWN"
    | "SERVER_SAYS_NO"
    | "SCREEN_UNUSABLE"
    | "RUN_FAILED"
    | "TOO_MANY";
  readonly message: string;
}
