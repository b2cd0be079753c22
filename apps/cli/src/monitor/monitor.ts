import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bytesToBase64, type Clock, SECOND_MS } from "@underseal/foundation";
import { decodeVerifierKey, POLICY_CHARS_MAX, type Policy, parsePolicy } from "@underseal/tlog";
import { createStopSignal, fail } from "../console.ts";
import { createSystemClock } from "../platform/clock.ts";
import { readTextFile } from "../text-file.ts";
import { type Alarm, checkLog, type Look } from "./check.ts";
import { keepEvidence, recall, remember } from "./memory.ts";
import { type LogFiles, openLogFiles, UnreachableError } from "./source.ts";

export interface MonitorOptions {
  readonly log: string;
  readonly policy?: string;
  readonly key?: string;
  readonly state: string;
  readonly once?: boolean;
  readonly every?: number;
  readonly json?: boolean;
}

const EVERY_SECONDS = 60;
type Outcome =
  | { readonly type: "ok"; readonly look: Look; readonly before: number | null }
  | { readonly type: "alarm"; readonly alarm: Alarm; readonly evidence: string }
  | { readonly type: "unreachable"; readonly sentence: string };

/** `underseal monitor`: until an alarm, Ctrl-C, or after one look. */
export const monitor = async (options: MonitorOptions): Promise<void> => {
  const signal = createStopSignal();
  const policy = await readPolicy(options);
  if (!/^https?:\/\/[^\s?#]+$/.test(options.log)) return fail(`--log ${options.log} is not an http(s) address`);
  const folder = path.dirname(path.resolve(options.state));
  if (!existsSync(folder)) return fail(`--state: there is no folder ${folder}: make it first`);
  const files = openLogFiles(options.log, { fetch, signal });
  while (!signal.aborted) {
    const outcome = await look({ options, policy, files, clock: createSystemClock() });
    if (signal.aborted) return;
    (options.json ? sayJson : sayText)(outcome);
    process.exitCode = EXIT_CODES[outcome.type];
    if (options.once || outcome.type === "alarm") return;
    await sleep((options.every ?? EVERY_SECONDS) * SECOND_MS, null, { signal }).catch(() => {});
  }
  process.exitCode = 0;
};

const readPolicy = async ({ policy: file, key }: MonitorOptions): Promise<Policy> => {
  if (file === undefined) return keyPolicy(key);
  const remedy = "name a C2SP tlog-policy";
  const policy = parsePolicy(await readTextFile(file, { maxBytes: POLICY_CHARS_MAX, what: "policy", remedy }));
  if (!policy.ok) return fail(`${file} cannot be used. ${policy.error.sentence}`);
  return policy.value.logs.length > 0 ? policy.value : fail(`${file} names no log: add a line \`log <verifier key>\``);
};

const keyPolicy = (text: string | undefined): Policy => {
  if (text === undefined) return fail("say with --policy or --key who signs for the log");
  const key = decodeVerifierKey(text);
  if (!key.ok) return fail(`--key cannot be used. ${key.error.sentence}`);
  if (key.value.kind !== "signer") return fail("--key is a witness's key: give the log's own");
  return { logs: [{ key: key.value }], witnesses: [], groups: [], quorum: null };
};

const EXIT_CODES: Readonly<Record<Outcome["type"], number>> = { ok: 0, alarm: 1, unreachable: 3 };

interface LookInput {
  readonly options: MonitorOptions;
  readonly policy: Policy;
  readonly files: LogFiles;
  readonly clock: Clock;
}

/** One look, remembered on disk before anything is said of it. */
const look = async ({ options, policy, files, clock }: LookInput): Promise<Outcome> => {
  const remembered = await recall(options.state, policy);
  if (!remembered.ok) return fail(remembered.error);
  const read = new Map<string, Uint8Array>();
  const keeping: LogFiles = {
    read: async (name) => {
      const bytes = await files.read(name);
      if (bytes !== null) read.set(name, bytes);
      return bytes;
    },
  };
  const seen = remembered.value;
  try {
    const checked = await checkLog({ files: keeping, policy, seen: seen?.checkpoint ?? null });
    if (checked.ok) {
      await remember(options.state, checked.value.note);
      return { type: "ok", look: checked.value, before: seen?.checkpoint.size ?? null };
    }
    const { shown } = checked.error;
    const evidence = await keepEvidence(options.state, clock.now(), { seen: seen?.note ?? null, shown, files: read });
    return { type: "alarm", alarm: checked.error, evidence };
  } catch (cause) {
    if (!(cause instanceof UnreachableError)) throw cause;
    return { type: "unreachable", sentence: cause.message };
  }
};

const sayJson = (outcome: Outcome): void => {
  if (outcome.type === "ok") {
    const { checkpoint, cosignatures } = outcome.look;
    const witnesses = cosignatures.map(({ key, time }) => ({ name: key.name, time }));
    const { origin, size, root } = checkpoint;
    console.log(
      JSON.stringify({ type: "ok", origin, size, root: bytesToBase64(root), before: outcome.before, witnesses }),
    );
  } else if (outcome.type === "alarm") {
    const { code, sentence } = outcome.alarm;
    console.log(JSON.stringify({ type: "alarm", code, sentence, evidence: outcome.evidence }));
  } else console.log(JSON.stringify(outcome));
};

const sayText = (outcome: Outcome): void => {
  if (outcome.type === "ok") console.log(describeLook(outcome.look, outcome.before));
  if (outcome.type === "unreachable") console.error(`not checked: ${outcome.sentence}`);
  if (outcome.type !== "alarm") return;
  const { code, sentence } = outcome.alarm;
  console.error(`\u0007ALARM ${code}: ${sentence}`);
  console.error(`  What was seen before and what is shown now are in ${outcome.evidence}.`);
  console.error("  Compare with others who follow this log, and show it to whoever relies on it.");
};

const describeLook = ({ checkpoint, cosignatures }: Look, before: number | null): string => {
  const { origin, size } = checkpoint;
  const news = before === null ? "first seen" : size === before ? "unchanged" : `continues the ${before} seen before`;
  return `ok: ${origin} at ${size}, ${news}, ${cosignatures.length} cosignature${cosignatures.length === 1 ? "" : "s"}`;
};
