// How the daemon starts its children: with a bare environment (no `NODE_OPTIONS` that would write reports or profiles,
// no Wayland that would change how pixels are read), at the lowest priority where asked, and so that nothing of their
// memory can get to the disk. What is set here holds for their threads and children too.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

export interface ChildSettings {
  /** The X11 display to look at. */
  readonly display: string;
  /** Where to take `PATH`, `HOME`, `XAUTHORITY` and `NODE_COMPILE_CACHE` from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The Node that runs the child. */
  readonly execPath: string;
}

/** For children that hold pixels: what they may take of the machine. */
export interface ChildLimits {
  /** Of resident memory, with that of everything it starts, as `watchMemory` measures it. */
  readonly memoryBytesMax: number;
  /** False: the kernel lets it write no file at all. */
  readonly writesFiles: boolean;
}

const INHERITED = ["PATH", "HOME", "LANG", "XAUTHORITY", "XDG_RUNTIME_DIR", "NODE_COMPILE_CACHE"] as const;

/** Of this process, for a child of a child: where its programs are, and nothing else. */
export const programPath = (): ChildSettings["env"] => ({
  PATH: process.env.PATH,
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
});

export type Child = ChildProcessByStdio<Writable, Readable, null>;

export const spawnChild = (file: URL, settings: ChildSettings, limits?: ChildLimits): Child => {
  const { display, env, execPath } = settings;
  const inherited = INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  const command = ["-c", prepare(limits), "sh", execPath, "--disable-warning=ExperimentalWarning", fileURLToPath(file)];
  const child = spawn("sh", command, {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...Object.fromEntries(inherited), DISPLAY: display },
  });
  // A child that ended before it read its input; its exit tells.
  child.stdin.on("error", () => {});
  return child;
};

/**
 * [Note: No memory on the disk] A limit of zero keeps core files away but not a handler that the kernel pipes cores to
 * (systemd-coredump, apport); an empty filter leaves it nothing to write.
 */
const NO_CORE = "ulimit -c 0; echo 0 >/proc/self/coredump_filter";

/**
 * [Note: Memory of a child] `ulimit -v` cannot be used: a Node that does nothing reserves ten gigabytes of addresses.
 * `ulimit -d` counts what could be written to, half a gigabyte more than is used and more for each worker, and who hits it dies without a word.
 * So it is the backstop, and what is really resident is watched from outside (`watchMemory`). If the machine itself has
 * no memory left, the kernel ends the child before anything of the person's.
 */
const RESERVED_BYTES = 2 * 1024 * 1024 * 1024;

const prepare = (limits: ChildLimits | undefined): string => {
  if (limits === undefined) return `${NO_CORE}; exec "$@"`;
  const dataKib = Math.ceil((limits.memoryBytesMax + RESERVED_BYTES) / 1024);
  const noFiles = limits.writesFiles ? "" : "ulimit -f 0; ";
  // When we end, for whatever reason, the kernel ends the child: nobody else would ever do it.
  const start = 'exec setpriv --pdeathsig KILL nice -n 19 "$@"';
  return `${NO_CORE}; echo 1000 >/proc/self/oom_score_adj; ulimit -d ${dataKib}; ${noFiles}${start}`;
};
