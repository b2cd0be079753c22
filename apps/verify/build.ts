// `node apps/verify/build.ts`: the verifier as one HTML file that needs nothing else: script, worker and style are
// inside it, and its policy allows these and no other, by their hashes, and no request to anywhere.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { build, type Plugin } from "vite";

const root = import.meta.dirname;
const FILE = "underseal-verify.html";
const WORKER_SOURCE = path.join(root, "src/worker-source.ts");

/** One self-contained script of the module and everything it imports. */
const bundleScript = async (entry: string, plugins: readonly Plugin[] = []): Promise<string> => {
  const built = await build({
    root,
    configFile: false,
    logLevel: "warn",
    plugins: [...plugins],
    build: {
      target: "es2024",
      write: false,
      modulePreload: false,
      lib: { entry: path.join(root, "src", entry), formats: ["iife"], name: "underseal" },
      minify: true,
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  const chunks = output !== undefined && "output" in output ? output.output : [];
  const [chunk, ...others] = chunks;
  if (chunk?.type !== "chunk" || others.length > 0) throw new Error(`${entry} does not become one script`);
  return chunk.code;
};

const workerPlugin = (source: string): Plugin => ({
  name: "worker-source",
  // As text in a script inside HTML, where a less-than sign could begin a tag.
  load: (id) =>
    id === WORKER_SOURCE ? `export const workerSource = ${JSON.stringify(source).replaceAll("<", "\\u003c")};` : null,
});

const hashOf = (content: string): string => `'sha256-${createHash("sha256").update(content).digest("base64")}'`;

const policyOf = (script: string, style: string): string =>
  [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "worker-src blob:",
    "img-src data:",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");

/** What would end a script inside HTML, or begin a comment there. */
const assertEmbeddable = (script: string): void => {
  if (/<\/script|<!--/i.test(script)) throw new Error("the script cannot stand inside a page as it is");
};

const worker = await bundleScript("worker.ts");
const script = (await bundleScript("page.ts", [workerPlugin(worker)])).trim();
assertEmbeddable(script);
const style = await readFile(path.join(root, "src/style.css"), "utf8");
const parts: Readonly<Record<string, string>> = {
  policy: `<meta http-equiv="Content-Security-Policy" content="${policyOf(script, style)}" />`,
  style: `<style>${style}</style>`,
  script: `<script>${script}</script>`,
};
const template = await readFile(path.join(root, "index.html"), "utf8");
const page = template.replaceAll(/<!-- (policy|style|script) -->/g, (_, name: string) => parts[name] ?? "");
await mkdir(path.join(root, "dist"), { recursive: true });
await writeFile(path.join(root, "dist", FILE), page);
// The server hands it out beside the web app, where that is built.
const webDir = path.join(root, "../web/dist");
if (existsSync(webDir)) await writeFile(path.join(webDir, FILE), page);
