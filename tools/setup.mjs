// Makes sure of the programs and libraries that npm cannot bring: a browser, a screen to run without one, terminals
// for the demo. Plain JavaScript: it must start on any Node from 20.11 on, before anything else is known to work.
// Fast when nothing is missing: it only looks whether files are there.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

// What must be there, and the Debian package that brings it. The two libraries without a program are loaded by the
// input counter; the browser's package depends on the other ones.
const NEEDED = [
  { package: "chromium", programs: ["chromium"] },
  { package: "xvfb", programs: ["Xvfb"] },
  { package: "openbox", programs: ["openbox"] },
  { package: "xterm", programs: ["xterm"] },
  { package: "xdotool", programs: ["xdotool"] },
  { package: "fonts-dejavu-core", files: ["/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"] },
  // What the redaction is measured on is not drawn with one family of letters.
  { package: "fonts-liberation", files: ["/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf"] },
  { package: "fonts-noto-core", files: ["/usr/share/fonts/truetype/noto/NotoSans-Regular.ttf"] },
  { package: "fonts-hack", files: ["/usr/share/fonts/truetype/hack/Hack-Regular.ttf"] },
  // The tests run a timestamping authority.
  { package: "openssl", programs: ["openssl"] },
  { package: "age", programs: ["age"] },
  // The tests watch what a capture writes.
  { package: "strace", programs: ["strace"] },
  // Reads what is on a screen, and what it knows of each language.
  { package: "tesseract-ocr", programs: ["tesseract"] },
  ...["eng", "deu", "fra", "spa", "por"].map((language) => ({
    package: `tesseract-ocr-${language}`,
    files: [`/usr/share/tesseract-ocr/5/tessdata/${language}.traineddata`],
  })),
  { package: "libxtst6", libraries: ["libXtst.so.6"] },
  { package: "libxt6", libraries: ["libXt.so.6"] },
  { package: "libxrandr2", libraries: ["libXrandr.so.2"] },
];

const APT_TIMEOUT_MS = 10 * 60 * 1000;

const isProgram = (name) =>
  (process.env.PATH ?? "").split(path.delimiter).some((folder) => folder !== "" && existsSync(path.join(folder, name)));

const libraryFolders = () => {
  const found = ["/usr/lib", "/lib", "/usr/lib64", "/usr/local/lib"];
  for (const parent of ["/usr/lib", "/lib"]) {
    // Debian keeps libraries in a folder per processor: /usr/lib/x86_64-linux-gnu.
    const names = existsSync(parent) ? readdirSync(parent) : [];
    found.push(...names.filter((name) => name.endsWith("-linux-gnu")).map((name) => path.join(parent, name)));
  }
  return found.filter((folder) => existsSync(folder));
};

const missingPackages = () => {
  const folders = libraryFolders();
  const isLibrary = (name) => folders.some((folder) => existsSync(path.join(folder, name)));
  return NEEDED.filter(
    ({ programs = [], files = [], libraries = [] }) =>
      !(programs.every(isProgram) && files.every((file) => existsSync(file)) && libraries.every(isLibrary)),
  ).map((needed) => needed.package);
};

/** Debian and what is made from it. */
const isDebian = () =>
  existsSync("/etc/os-release") && /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync("/etc/os-release", "utf8"));

const fail = (message) => {
  console.error(message);
  process.exit(1);
};

const run = (args) => {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const result = spawnSync("apt-get", args, { env, encoding: "utf8", timeout: APT_TIMEOUT_MS });
  if (result.error !== undefined || result.status !== 0) {
    fail(
      `apt-get ${args.join(" ")} failed:\n${result.stdout ?? ""}${result.stderr ?? ""}${result.error?.message ?? ""}`,
    );
  }
};

const install = (packages) => {
  console.error(`Installing ${packages.join(" ")} …`);
  run(["update", "-q"]);
  run(["install", "-y", "-q", "--no-install-recommends", ...packages]);
  const still = missingPackages();
  if (still.length > 0) fail(`Installed, but not found afterwards: ${still.join(" ")}.`);
};

const missing = process.platform === "linux" ? missingPackages() : [];
if (process.platform !== "linux") {
  console.error(
    "The demo and the tests need a Linux with X11 (Debian 12 is tried). Server and verifier run here without them.",
  );
} else if (missing.length > 0 && !isDebian()) {
  fail(
    `Missing: ${missing.join(" ")} (Debian's package names). Install what your system calls them, ` +
      "so that chromium, Xvfb, openbox, xterm and xdotool are on the path, and run the command again.",
  );
} else if (missing.length > 0 && process.getuid?.() !== 0) {
  fail(
    "Some Debian packages are missing. Install them and run the command again:\n" +
      `  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing.join(" ")}`,
  );
} else if (missing.length > 0) {
  install(missing);
}
