import { bytesToHex, type Clock, SECOND_MS } from "@underseal/foundation";
import {
  cosignerKeyOf,
  cosignText,
  formatNote,
  formatWitnessAnswer,
  type NoteSignature,
  type NoteSigner,
  parseNote,
  TLOG_SIZE_TYPE,
} from "@underseal/tlog";
import { isEquivocation, judgeSubmission, type Refusal, readSubmission, type Submission } from "./rules.ts";
import { keepEvidence, type Seen, writeSeen } from "./store.ts";
import { createTurns, type Turns } from "./turns.ts";
import type { WatchedLog } from "./watched.ts";

// The order is everything: judge, sign, write to disk, and only then let the signature go. Whoever is killed in
// between has promised nothing, or remembers what it promised.

/** Submissions that may wait for one log. */
const WAITING_MAX = 32;
/** For so long a cosignature of the same checkpoint is given again as it is: asking again costs no write. */
const AGAIN_SECONDS_MAX = 10;
/** How far the clock may go back and still be taken for the one that cosigned last. */
const CLOCK_BACK_SECONDS_MAX = 60;

export type WitnessEvent =
  /** On disk, and about to be answered. */
  | { readonly type: "cosigned"; readonly origin: string; readonly size: number }
  | { readonly type: "refused"; readonly origin: string | null; readonly status: number; readonly code: string }
  /** The log has signed two roots for one size. Both notes are in the file (`null`: enough are kept). */
  | { readonly type: "equivocation"; readonly origin: string; readonly size: number; readonly file: string | null }
  | { readonly type: "clock-behind"; readonly origin: string; readonly seconds: number }
  | { readonly type: "failed"; readonly cause: unknown };

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface WitnessDeps {
  readonly dataDir: string;
  readonly signer: NoteSigner;
  readonly clock: Clock;
  readonly onEvent: (event: WitnessEvent) => void;
}

/** A watched log with the newest that was cosigned of it. */
interface Memory {
  readonly log: WatchedLog;
  readonly turns: Turns<Answer>;
  seen: Seen | null;
}

export interface Witness {
  /** Answers the body of a `POST /add-checkpoint`. */
  addCheckpoint(body: string): Promise<Answer>;
  /** The newest cosigned note of the log with this hash, or `null`. */
  newestNote(hash: string): string | null;
}

const textAnswer = (status: number, body: string): Answer => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body,
});

const refusalAnswer = (refusal: Refusal): Answer =>
  refusal.status === 409
    ? { status: 409, contentType: TLOG_SIZE_TYPE, body: `${refusal.size}\n` }
    : textAnswer(refusal.status, `${refusal.code}\n`);

export const createWitness = (deps: WitnessDeps, seenByLog: ReadonlyMap<WatchedLog, Seen | null>): Witness => {
  const memories = Array.from(seenByLog, ([log, seen]): Memory => ({ log, seen, turns: createTurns(WAITING_MAX) }));
  const memoryByHash = new Map(memories.map((memory) => [memory.log.hash, memory]));
  const logsByOrigin = new Map(memories.map(({ log }) => [log.origin, log]));
  return {
    newestNote: (hash) => memoryByHash.get(hash)?.seen?.note ?? null,
    addCheckpoint: async (body) => {
      const submission = readSubmission(body, logsByOrigin);
      if (!submission.ok) return refused(deps, null, submission.error);
      const memory = memoryByHash.get(submission.value.log.hash);
      return memory === undefined ? textAnswer(404, "LOG_UNKNOWN\n") : await queue(deps, memory, submission.value);
    },
  };
};

/**
 * What is wrong already takes no place: anyone can send a public note from any size and with any proof. Two roots for
 * one size wait, because they are written down.
 */
const queue = async (deps: WitnessDeps, memory: Memory, submission: Submission): Promise<Answer> => {
  const newest = memory.seen?.checkpoint ?? null;
  const judged = judgeSubmission(submission, newest);
  const isEvidence = isEquivocation(submission.checkpoint, newest);
  if (!judged.ok && !isEvidence) return refused(deps, submission.log.origin, judged.error);
  const turn = memory.turns(nameOf(submission), () => cosignInTurn(deps, memory, submission));
  return turn ?? textAnswer(503, "BUSY\n");
};

/** Equal for submissions that are answered alike: same checkpoint, from the same size, with the same proof. */
const nameOf = ({ text, request }: Submission): string =>
  [text, request.oldSize, ...request.proof.map(bytesToHex)].join("\n");

const refused = ({ onEvent }: WitnessDeps, origin: string | null, refusal: Refusal): Answer => {
  const code = refusal.status === 409 ? "SIZE_CONFLICT" : refusal.code;
  onEvent({ type: "refused", origin, status: refusal.status, code });
  return refusalAnswer(refusal);
};

const cosignInTurn = async (deps: WitnessDeps, memory: Memory, submission: Submission): Promise<Answer> => {
  const { log, seen } = memory;
  const { checkpoint, text, signatures } = submission;
  if (seen !== null && isEquivocation(checkpoint, seen.checkpoint)) await accuse(deps, log, seen, submission);
  const judged = judgeSubmission(submission, seen?.checkpoint ?? null);
  if (!judged.ok) return refused(deps, log.origin, judged.error);
  const time = signingTime(deps, seen);
  if (time === null) return textAnswer(503, "CLOCK_BEHIND\n");
  const kept = seen === null ? null : recentCosignature(deps, seen, submission);
  if (kept !== null) return textAnswer(200, formatWitnessAnswer([kept]));
  const own = cosignText({ text, signer: deps.signer, time });
  const next: Seen = { note: formatNote({ text, signatures: [...signatures, own] }), checkpoint, time };
  await writeSeen(deps.dataDir, log, next);
  memory.seen = next;
  deps.onEvent({ type: "cosigned", origin: log.origin, size: checkpoint.size });
  return textAnswer(200, formatWitnessAnswer([own]));
};

/** What was cosigned just now, if it is this very checkpoint. It is on disk, so it may be given again. */
const recentCosignature = ({ signer, clock }: WitnessDeps, seen: Seen, { text }: Submission): NoteSignature | null => {
  const note = parseNote(seen.note);
  const isRecent = Math.abs(Math.floor(clock.now() / SECOND_MS) - seen.time) < AGAIN_SECONDS_MAX;
  if (!isRecent || !note.ok || note.value.text !== text) return null;
  const { name, id } = cosignerKeyOf(signer);
  return note.value.signatures.find((line) => line.name === name && line.keyId === id) ?? null;
};

/**
 * Unix seconds, never before the last cosignature for this log: a later checkpoint seen at an earlier time would be
 * a false statement. `null` where the clock has gone back too far to be believed.
 */
const signingTime = ({ clock, onEvent }: WitnessDeps, seen: Seen | null): number | null => {
  const now = Math.floor(clock.now() / SECOND_MS);
  const last = seen?.time ?? 0;
  if (last - now <= CLOCK_BACK_SECONDS_MAX) return Math.max(now, last);
  onEvent({ type: "clock-behind", origin: seen?.checkpoint.origin ?? "", seconds: last - now });
  return null;
};

const accuse = async (deps: WitnessDeps, log: WatchedLog, seen: Seen, { request, checkpoint }: Submission) => {
  const notes = [seen.note, request.note];
  const file = await keepEvidence(deps.dataDir, { log, notes, root: checkpoint.root });
  deps.onEvent({ type: "equivocation", origin: log.origin, size: checkpoint.size, file });
};
