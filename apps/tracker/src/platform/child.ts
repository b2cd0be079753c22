// How the daemon starts its children: with a bare environment (no `NODE_OPTIONS` that would write reports or profiles,
// no Wayland that would change how pixels are read) and without core dumps, which would hold pixels or keys.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";

export interface ChildSettings {
  /** The X11 display to look at. */
  readonly display: string;
  /** Where to take `PATH`, `HOME` and `XAUTHORITY` from. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The Node that runs the child. */
  readonly execPath: string;
}

const INHERITED = ["PATH", "HOME", "LANG", "XAUTHORITY", "XDG_RUNTIME_DIR"] as const;

export type Child = ChildProcessByStdio<Writable, Readable, null>;

export const spawnChild = (file: URL, { display, env, execPath }: ChildSettings): Child => {
  const inherited = INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]));
  const child = spawn("sh", ["-c", 'ulimit -c 0; exec "$@"', "sh", execPath, fileURLToPath(file)], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...Object.fromEntries(inherited), DISPLAY: display },
  });
  // A child that ended before it read its input; its exit tells.
  child.stdin.on("error", () => {});
  return child;
};
