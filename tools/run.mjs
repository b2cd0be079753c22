// Runs a command under the project's own Node (24), which the lockfile pins through the registry's
// per-platform Node packages. Plain JavaScript: it must start on any Node from 20.11 on.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const NODE_MAJOR_MIN = 24;
const root = path.join(import.meta.dirname, "..");
const platform = process.platform === "win32" ? "win" : process.platform;
const pinned = path.join(root, "node_modules", `node-${platform}-${process.arch}`, "bin");
const localBins = path.join(root, "node_modules", ".bin");

const found = [localBins];
if (existsSync(pinned)) {
  found.unshift(pinned);
} else if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR_MIN) {
  console.error(
    `Underseal needs Node ${NODE_MAJOR_MIN} and the registry has none for ${platform}-${process.arch}. ` +
      `Install Node ${NODE_MAJOR_MIN} or newer (this is ${process.versions.node}) and run the command again.`,
  );
  process.exit(1);
}

const [command, ...args] = process.argv.slice(2);
if (command === undefined) {
  console.error("usage: node tools/run.mjs COMMAND [ARGUMENT…]");
  process.exit(2);
}

const child = spawn(command, args, {
  stdio: "inherit",
  env: {
    // Node keeps what it compiled, and TypeScript stripped of its types: half the start of every command line in a test.
    NODE_COMPILE_CACHE: path.join(root, "node_modules", ".cache", "node"),
    ...process.env,
    PATH: [...found, process.env.PATH ?? ""].join(path.delimiter),
  },
  shell: process.platform === "win32",
});
// The child shares our terminal: what stops us is passed on, and we outlive it to report how it ended.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("error", (cause) => {
  console.error(`Cannot run ${command}: ${cause.message}. Run "npm ci" first.`);
  process.exit(1);
});
child.on("exit", (code, signal) => {
  process.exit(code ?? (signal === "SIGINT" ? 130 : 1));
});
