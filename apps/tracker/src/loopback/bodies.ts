// What requests bring: a little JSON of known form. Nothing that was not asked for gets further.
import type { IncomingMessage } from "node:http";
import { MEMO_MAX_CHARACTERS } from "@underseal/evidence";
import { err, ok, type Result } from "@underseal/foundation";
import { WORK_MODES, type WorkMode } from "@underseal/protection";
import type { DaemonCommand } from "../daemon/commands.ts";
import type { Problem } from "./problems.ts";

/** The largest are an edit of every tile of the largest picture, and an approval of a week. */
const BODY_BYTES_MAX = 128 * 1024;
const CONTRACT_CHARACTERS_MAX = 200;

export const readJson = async (request: IncomingMessage): Promise<Result<unknown, Problem>> => {
  if (request.headers["content-type"] !== "application/json") {
    return err({ code: "NOT_JSON", message: "the body should be application/json" });
  }
  const chunks: Buffer[] = [];
  let length = 0;
  // What is not read is cut off after the answer, not before it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > BODY_BYTES_MAX) return err({ code: "BODY_TOO_LARGE", message: "the body is too large" });
    chunks.push(chunk);
  }
  try {
    return ok(JSON.parse(Buffer.concat(chunks).toString("utf8")));
  } catch {
    return err({ code: "NOT_UNDERSTOOD", message: "the body is not JSON" });
  }
};

/** `null` where it is no object. */
export const parseObject = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;

/** `null` where it is not one. */
export const parseCommand = (value: unknown): DaemonCommand | null => {
  const fields = parseObject(value);
  if (fields === null) return null;
  const { name, contract, memo = "", mode, ...rest } = fields;
  if (Object.keys(rest).length > 0 || !isText(memo, MEMO_MAX_CHARACTERS)) return null;
  if ((mode !== undefined) !== (name === "mode")) return null;
  switch (name) {
    case "start":
      if (contract === undefined) return { name, memo };
      return isText(contract, CONTRACT_CHARACTERS_MAX) ? { name, contract, memo } : null;
    case "switch":
      return isText(contract, CONTRACT_CHARACTERS_MAX) ? { name, contract, memo } : null;
    case "mode":
      return contract === undefined && memo === "" && isMode(mode) ? { name, mode } : null;
    case "conceal":
    case "pause":
    case "resume":
    case "stop":
      return contract === undefined && memo === "" ? { name } : null;
    default:
      return null;
  }
};

export const parseLaunchToken = (value: unknown): string | null => {
  const token = parseObject(value)?.token;
  return isText(token, CONTRACT_CHARACTERS_MAX) ? token : null;
};

const isMode = (value: unknown): value is WorkMode => WORK_MODES.some((mode) => mode === value);

const isText = (value: unknown, charactersMax: number): value is string =>
  typeof value === "string" && value.length <= charactersMax;
