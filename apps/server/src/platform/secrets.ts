import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { bytesToHex, err, ok, type Random, type Redacted, type Result, redact } from "@underseal/foundation";
import { syncDirectory, systemErrorCode } from "./files.ts";

// The server's own long-lived secrets: one file each, made at first use, never overwritten. Losing the log key
// would split the log's history, so a secret is on disk, name and all, before anything is signed with it.

export type SecretName = "log-key" | "platform-key" | "beacon-key" | "auth-secret";

export interface SecretsError {
  readonly code: "SECRET_UNREADABLE" | "SECRET_DAMAGED";
  readonly message: string;
}

export interface Secrets {
  /** The 32 bytes of this name; made on the first call ever. Two servers on one directory agree on them. */
  get(name: SecretName): Promise<Result<Redacted<Uint8Array>, SecretsError>>;
}

const SECRET_BYTES = 32;

export const createSecrets = (deps: { readonly dataDir: string; readonly random: Random }): Secrets => {
  const directory = path.join(deps.dataDir, "secrets");
  return {
    get: async (name) => {
      try {
        const file = path.join(directory, name);
        const bytes = (await readIfPresent(file)) ?? (await createSecret(directory, file, deps.random));
        if (bytes.length !== SECRET_BYTES) return err(damaged(file, bytes.length));
        return ok(redact(new Uint8Array(bytes)));
      } catch (error) {
        return err(unreadable(directory, name, error));
      }
    },
  };
};

const readIfPresent = async (file: string): Promise<Uint8Array | null> => {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
};

/** `link` refuses an existing name, so of two racers one wins and both read the winner's bytes. */
const createSecret = async (directory: string, file: string, random: Random): Promise<Uint8Array> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const draft = `${file}.new-${bytesToHex(random.bytes(8))}`;
  try {
    const handle = await open(draft, "wx", 0o600);
    try {
      await handle.writeFile(random.bytes(SECRET_BYTES));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file).catch((error: unknown) => {
      if (systemErrorCode(error) !== "EEXIST") throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  await syncDirectory(directory);
  return await readFile(file);
};

const damaged = (file: string, lengthBytes: number): SecretsError => ({
  code: "SECRET_DAMAGED",
  message:
    `The secret ${file} has ${lengthBytes} bytes instead of ${SECRET_BYTES}. Put it back from a backup; ` +
    "do not delete it: what was signed with it could no longer be continued.",
});

const unreadable = (directory: string, name: SecretName, error: unknown): SecretsError => ({
  code: "SECRET_UNREADABLE",
  message:
    `Cannot read or create the secret ${name} in ${directory} (${systemErrorCode(error) ?? "unknown error"}). ` +
    "Make the directory writable for this user, or choose another with UNDERSEAL_DATA_DIR.",
});
