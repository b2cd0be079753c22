// Where the daemon of a state directory listens, and the secret by which its owner's command line is known to it: a
// private file (0600) in a private directory. It is written whole or not at all, and only by who holds the outbox's
// lock: what a killed daemon left is replaced by the next.
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { base64UrlToBytes, bytesToBase64Url, type Redacted, redact, reveal, utf8ToBytes } from "@underseal/foundation";
import { writeFileDurably } from "../platform/durable-file.ts";

export interface Endpoint {
  readonly port: number;
  readonly pid: number;
  readonly startedAtMs: number;
  readonly secret: Redacted<Uint8Array>;
}

const FILE = "daemon.json";
export const SECRET_BYTES = 32;

export const writeEndpoint = async (stateDir: string, { secret, ...facts }: Endpoint): Promise<void> => {
  const text = JSON.stringify({ ...facts, secret: bytesToBase64Url(reveal(secret)) });
  await writeFileDurably(path.join(stateDir, FILE), utf8ToBytes(text));
};

export const removeEndpoint = (stateDir: string): Promise<void> => rm(path.join(stateDir, FILE), { force: true });

/** `null` where there is none, or what is there is not one. A file of ours that may not be read throws. */
export const readEndpoint = async (stateDir: string): Promise<Endpoint | null> => {
  const text = await readFile(path.join(stateDir, FILE), "utf8").catch((cause) => {
    if (cause.code === "ENOENT") return null;
    throw cause;
  });
  return text === null ? null : parseEndpoint(text);
};

const parseEndpoint = (text: string): Endpoint | null => {
  try {
    const { port, pid, startedAtMs, secret } = JSON.parse(text);
    const bytes = typeof secret === "string" ? base64UrlToBytes(secret) : null;
    const areNumbers = [port, pid, startedAtMs].every((value) => Number.isInteger(value));
    return areNumbers && bytes?.length === SECRET_BYTES ? { port, pid, startedAtMs, secret: redact(bytes) } : null;
  } catch {
    return null;
  }
};
