// The command line as a person meets it: a child process under the project's own Node, with a clean environment.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export const MAIN = path.join(import.meta.dirname, "../../src/main.ts");

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  /** What it reads on standard input; nothing if left out. */
  readonly input?: string;
  /** Runs the command line through this, such as `unshare -m`. */
  readonly through?: readonly string[];
  /** After how long it is killed. */
  readonly timeoutMs?: number;
}

export interface CommandProcess {
  readonly child: ChildProcess;
  /** Resolves with the exit code, or the signal's name, when the process and its output have ended. */
  readonly ended: Promise<number | string>;
  stdout(): string;
  stderr(): string;
  /** Resolves with what `pattern` found in stdout; rejects when the process ends first. */
  untilPrinted(pattern: RegExp): Promise<RegExpExecArray>;
}

/** Starts `underseal …args`. */
export const startCommand = (args: readonly string[], options: CommandOptions = {}): CommandProcess => {
  const [command = process.execPath, ...before] = [...(options.through ?? []), process.execPath];
  const child = spawn(command, [...before, MAIN, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...options.env },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  // Who does not read its input is no fault of the test.
  child.stdin.on("error", () => {}).end(options.input ?? "");
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  const ended = once(child, "close").then(([code, signal]): number | string => code ?? signal);
  return {
    child,
    ended,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    untilPrinted: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = pattern.exec(output.stdout);
          if (found !== null) resolve(found);
        };
        child.stdout.on("data", look);
        void ended.then((code) => reject(new Error(`ended with ${code} before ${pattern}: ${output.stderr}`)));
        look();
      }),
  };
};

export interface Outcome {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

const TIMEOUT_MS = 25_000;

/** Runs `underseal …args` to its end. */
export const runCommand = async (args: readonly string[], options: CommandOptions = {}): Promise<Outcome> => {
  const command = startCommand(args, options);
  const timer = setTimeout(() => command.child.kill("SIGKILL"), options.timeoutMs ?? TIMEOUT_MS);
  const code = await command.ended;
  clearTimeout(timer);
  return { code, stdout: command.stdout(), stderr: command.stderr() };
};

/** Command lines of all processes that name `text` in their arguments or environment. */
export const processesNaming = (text: string): readonly string[] =>
  otherProcesses().flatMap((pid) => {
    const commandLine = readProcFile(pid, "cmdline");
    const isNamed = [commandLine, readProcFile(pid, "environ")].some((content) => content.includes(text));
    return isNamed ? [`${pid} ${commandLine.replaceAll("\0", " ")}`] : [];
  });

/** Environments that name `text`, one variable a line. */
export const environmentsNaming = (text: string): readonly string[] =>
  otherProcesses()
    .map((pid) => readProcFile(pid, "environ"))
    .filter((environment) => environment.includes(text))
    .map((environment) => environment.replaceAll("\0", "\n"));

const otherProcesses = (): readonly string[] =>
  readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);

/** Empty where the process has ended meanwhile, or is somebody else's. */
const readProcFile = (pid: string, name: string): string => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
};
