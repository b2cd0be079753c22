// Everything that the page itself says. Verdicts and failures bring their own sentences.
import type { VerificationStage } from "@underseal/verifier";
import type { PieceStage } from "@underseal/verifier/pieces";
import type { FileKind } from "./messages.ts";

export const says = {
  title: "Check evidence",
  lead: "Choose a week that was exported from Underseal. It is checked on this machine, by this page alone: it sends nothing, asks nobody, and works without a network.",
  choose: "Choose a file",
  drop: "or drop it here",
  kinds: "A week (bundle), an opening, or a checkpoint of the log.",
  everyRound: "Also check every round of the beacon (slow: minutes for a week)",
  keysTitle: "Whose signatures do you trust?",
  keysLabel: "Keys of the log and of witnesses, one on each line",
  keysHelp: "Each reads name+id+key. The log and the witnesses publish them.",
  quorumLabel: "How many witnesses must have signed",
  checkNote: "Check the checkpoint",
  starting: "Reading the file…",
  valid: "Valid",
  notValid: "Not valid",
  notUnderstood: "Not checked",
  words: "Twelve words to compare",
  wordsHelp: "Ask the other side for theirs, by telephone or in person. The same words mean the same terms and keys.",
  proven: "What was proven",
  notProven: "What was not proven",
  facts: "What the file says",
  failure: "Where the check stopped",
  save: "Save this answer as JSON",
  unreadable: "The file could not be read. Check that it is still there, and choose it again.",
  broken: "The check itself broke, which no file should be able to do. Nothing is known about this file.",
  tooLarge: "The file is larger than any bundle may be (512 MiB).",
} as const;

export const kindNames: Readonly<Record<FileKind, string>> = {
  bundle: "as a week (bundle)",
  opening: "as an opening",
  checkpoint: "as a checkpoint",
};

export const stageNames: Readonly<Record<VerificationStage, string>> = {
  parse: "Reading the file",
  accounts: "Accounts of both sides",
  terms: "The terms that both signed",
  devices: "Devices",
  records: "Records and their order",
  arrivals: "When each record arrived",
  log: "The public log and its witnesses",
  draws: "Draws of the moments",
  statements: "Further statements",
  blobs: "Sealed files",
};

export const pieceStageNames: Readonly<Record<PieceStage, string>> = {
  arguments: "The keys given",
  parse: "Reading the file",
  signatures: "Signatures",
  quorum: "Witnesses",
  proof: "The proof",
  beacon: "The beacon's round",
  statements: "Signed statements",
  log: "The public log and its witnesses",
  leaves: "Opened leaves",
};

export const announce = {
  checking: (stage: string, at: number, of: number) => `${stage} (${at} of ${of})…`,
  done: (name: string, answer: string) => `${name}: ${answer}`,
  needsKeys: (name: string) => `${name} is a checkpoint: it is judged by keys that you bring.`,
  checkedAs: (name: string, kind: FileKind) => `${name}, checked ${kindNames[kind]}`,
};

const number = new Intl.NumberFormat("en");

export const count = (value: number, one: string, many = `${one}s`): string =>
  `${number.format(value)} ${value === 1 ? one : many}`;

const MINUTES_PER_HOUR = 60;

export const duration = (minutes: number): string => {
  const hours = Math.floor(minutes / MINUTES_PER_HOUR);
  const rest = minutes % MINUTES_PER_HOUR;
  if (hours === 0) return count(rest, "minute");
  return `${count(hours, "hour")}${rest === 0 ? "" : ` ${count(rest, "minute")}`}`;
};

const BYTES_PER_MB = 1_000_000;

export const size = (bytes: number): string => `${(bytes / BYTES_PER_MB).toFixed(1)} MB`;

const LAST_DATE_MS = 8.64e15;

/** Witnesses state whatever time they like: also one that no calendar has. */
export const time = (unixSeconds: number): string => {
  const ms = unixSeconds * 1_000;
  return ms > LAST_DATE_MS
    ? `second ${unixSeconds}`
    : `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;
};

export const day = (unixSeconds: number): string => time(unixSeconds).slice(0, 10);
