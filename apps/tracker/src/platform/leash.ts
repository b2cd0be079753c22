// Foreign programs (X servers, terminals, browsers) must never outlive us, not even when we are killed with -9.
// Each runs in a process group of its own under a small shell that holds one end of a pipe: when our end closes,
// for whatever reason, the whole group is asked to end and, two seconds later, made to.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";

/** The program finds the pipe for its own use (an X server's `-displayfd`) at this descriptor. */
export const REPORT_FD = 4;

const LEASH_FD = 3;

// The shell traps TERM so that it survives the signal it sends to its own group and can still follow with KILL.
// A trap, unlike an ignored signal, is not inherited by the program.
const KEEPER = `
  trap : TERM
  "$@" ${LEASH_FD}<&- & program=$!
  ( trap : TERM; read -r _; kill -TERM -$$; sleep 2; kill -KILL -$$ ) <&${LEASH_FD} ${REPORT_FD}>&- &
  exec ${LEASH_FD}<&- ${REPORT_FD}>&-
  wait $program
  while kill -0 $program 2>/dev/null; do wait $program; done
  kill -KILL -$$
`;

export interface LeashedProcess {
  /** The process group; also the keeper's process id. */
  readonly groupId: number;
  /** What the program writes to `REPORT_FD`; ends with it. */
  readonly report: AsyncIterable<Buffer>;
  /** Resolves once the program and everything in its group are gone. */
  readonly ended: Promise<void>;
  /** Asks the group to end, then insists. Safe to call twice. */
  stop(): Promise<void>;
}

export interface LeashOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the program: nothing is inherited unless it is in here. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts a program that ends when we do. A command that cannot be started ends at once. */
export const startLeashed = ({ command, args, env, cwd }: LeashOptions): LeashedProcess => {
  const keeper: ChildProcess = spawn("sh", ["-c", KEEPER, "sh", command, ...args], {
    detached: true,
    stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    env,
    ...(cwd === undefined ? {} : { cwd }),
  });
  // Node makes both pipes asked for in `stdio` as sockets; its types only know "some stream or nothing".
  const leash = keeper.stdio[LEASH_FD] as Socket;
  const report = keeper.stdio[REPORT_FD] as Socket;
  for (const pipe of [leash, report]) pipe.on("error", () => {}).unref();
  const ended = once(keeper, "exit").then(
    () => {},
    // There was no shell to start, so there is no group either.
    () => {},
  );
  // Neither keeper nor pipes keep our event loop alive: our ending is what stops them.
  keeper.unref();
  return {
    groupId: keeper.pid ?? -1,
    report,
    ended,
    stop: async () => {
      keeper.ref();
      leash.destroy();
      report.destroy();
      await ended;
    },
  };
};
