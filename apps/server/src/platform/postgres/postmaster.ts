import { type ChildProcess, spawn } from "node:child_process";
import type { Duplex, Readable } from "node:stream";
import { assert, err, ok, type Result } from "@underseal/foundation";
import type { PostgresBinaries } from "./binaries.ts";
import type { EmbeddedPostgresError } from "./embedded-errors.ts";
import type { PostgresUser } from "./postgres-user.ts";

/*
 * PostgreSQL must not outlive us, and must not die of a Ctrl-C meant for us. So a small shell stands between, in a
 * process group of its own, and reads from a pipe whose other end only we hold: when we stop, or are killed with
 * kill -9, the pipe closes and the shell asks PostgreSQL to end ("fast": connections are cut, everything is written).
 */
const KEEPER = `"$@" 3<&- & child=$!
trap 'kill -INT $child 2>/dev/null' INT TERM
(read _; kill -INT $child 2>/dev/null) <&3 &
exec 3<&-
wait $child`;

export interface PostmasterOptions {
  readonly binaries: PostgresBinaries;
  readonly user: PostgresUser;
  readonly dataDir: string;
  readonly socketDir: string;
  readonly settings: readonly string[];
}

export interface Postmaster {
  readonly died: Promise<{ readonly detail: string }>;
  stop(): Promise<void>;
}

const OUTPUT_MAX_CHARACTERS = 8_000;
/** Recovery after a crash replays the log first; it took 0.1–2.5 s when measured. */
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;

export const spawnPostmaster = async (
  options: PostmasterOptions,
): Promise<Result<Postmaster, EmbeddedPostgresError>> => {
  const child = spawnKeeper(options);
  const life = followLife(child);
  const outcome = await Promise.race([life.ready, life.ended, afterMs(READY_TIMEOUT_MS)]);
  if (outcome !== "ready") {
    await stopChild(child, life.ended);
    return err(explainFailure(life.output()));
  }
  let isStopping = false;
  return ok({
    died: life.ended.then(() => (isStopping ? new Promise<never>(() => {}) : { detail: life.output() })),
    stop: () => {
      isStopping = true;
      return stopChild(child, life.ended);
    },
  });
};

const spawnKeeper = (options: PostmasterOptions): ChildProcess =>
  spawn("/bin/sh", ["-c", KEEPER, "sh", options.binaries.postgres, ...postgresArguments(options)], {
    env: options.binaries.env,
    cwd: "/",
    detached: true,
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    ...options.user.spawnOptions,
  });

const postgresArguments = (options: PostmasterOptions): readonly string[] => {
  // What PostgreSQL writes about failing statements would quote content; see docs/promises.md.
  const quiet = ["log_min_error_statement=panic", "log_error_verbosity=terse", "lc_messages=C"];
  const settings = ["listen_addresses=", "unix_socket_permissions=0700", ...quiet, ...options.settings];
  return ["-D", options.dataDir, "-k", options.socketDir, ...settings.flatMap((setting) => ["-c", setting])];
};

interface Life {
  readonly ready: Promise<"ready">;
  readonly ended: Promise<"ended">;
  output(): string;
}

const followLife = (child: ChildProcess): Life => {
  let output = "";
  const errors: Readable | null = child.stderr;
  assert(errors !== null, "PostgreSQL's messages are piped");
  const ready = new Promise<"ready">((resolve) => {
    errors.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-OUTPUT_MAX_CHARACTERS);
      if (output.includes("database system is ready to accept connections")) resolve("ready");
    });
  });
  const ended = new Promise<"ended">((resolve) => {
    child.on("error", () => resolve("ended"));
    child.on("exit", () => resolve("ended"));
  });
  // The pipe's other end closes with the keeper; that is an ending, not an error of ours.
  pipeOf(child).on("error", () => {});
  return { ready, ended, output: () => output.trim() };
};

/** Node types the fourth descriptor loosely; a "pipe" there is always a two-way stream. */
const pipeOf = (child: ChildProcess): Duplex => child.stdio[3] as Duplex;

const stopChild = async (child: ChildProcess, ended: Promise<"ended">): Promise<void> => {
  pipeOf(child).destroy();
  const outcome = await Promise.race([ended, afterMs(STOP_TIMEOUT_MS)]);
  if (outcome === "ended" || child.pid === undefined) return;
  // It hangs: SIGQUIT to the group ends it at once; the next start recovers from its log.
  process.kill(-child.pid, "SIGQUIT");
  await ended;
};

const afterMs = (timeoutMs: number): Promise<"timeout"> =>
  new Promise((resolve) => {
    setTimeout(() => resolve("timeout"), timeoutMs).unref();
  });

const explainFailure = (output: string): EmbeddedPostgresError => {
  if (/lock file "postmaster\.pid" already exists|shared memory block .* is still in use/.test(output)) {
    return { code: "OCCUPIED", message: "The database directory is in use.", detail: output };
  }
  if (/No space left on device|Permission denied|Read-only file system/.test(output)) {
    return {
      code: "DATA_DIR_UNWRITABLE",
      message: "The database cannot write to its directory. Check its free space and its owner, then start again.",
      detail: output,
    };
  }
  return {
    code: "START_FAILED",
    message:
      "The embedded PostgreSQL did not start. If its data directory was made by another version, put that version " +
      "back or set DATABASE_URL to a PostgreSQL 15 or newer.",
    detail: output,
  };
};
