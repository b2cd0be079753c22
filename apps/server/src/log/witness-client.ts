import { assert, err, ok, type Result } from "@underseal/foundation";
import {
  formatAddCheckpoint,
  type NoteSignature,
  type PolicyWitness,
  parseWitnessSize,
  readWitnessAnswer,
  WITNESS_ANSWER_CHARS_MAX,
} from "@underseal/tlog";
import { readBody } from "./bodies.ts";
import type { PublishedNote } from "./store/published.ts";

// One witness, asked over HTTP (C2SP tlog-witness). It may be slow, down or hostile: nothing of what it does reaches
// further than its own missing signature.

export interface WitnessFailure {
  readonly witness: string;
  readonly reason: string;
}

export interface WitnessClient {
  /** The policy's name for it. */
  readonly name: string;
  /** Asks for a cosignature. A witness that is still busy with an earlier one is not asked. */
  cosign(checkpoint: PublishedNote): Promise<Result<NoteSignature, WitnessFailure>>;
}

export interface WitnessClientDeps {
  readonly witness: PolicyWitness;
  readonly fetch: typeof fetch;
  readonly proveConsistency: (sizes: {
    readonly oldSize: number;
    readonly newSize: number;
  }) => Promise<readonly Uint8Array[]>;
  /** For everything that one cosignature takes. */
  readonly timeoutMs: number;
}

/** The first size is a guess, and between two requests somebody else may have asked the witness too. */
const TRIES_MAX = 3;

export const createWitnessClient = (deps: WitnessClientDeps): WitnessClient => {
  const { name } = deps.witness;
  const { url } = deps.witness;
  assert(url !== undefined, "a log's own policy says where its witnesses are");
  const address = `${url.replace(/\/+$/, "")}/add-checkpoint`;
  const fail = (reason: string): Result<never, WitnessFailure> => err({ witness: name, reason });
  /** The newest size that the witness is known to have cosigned. */
  let knownSize = 0;
  let isBusy = false;

  const ask = async ({ size, note }: PublishedNote, signal: AbortSignal): Promise<Response> => {
    const proof = await deps.proveConsistency({ oldSize: knownSize, newSize: size });
    const body = formatAddCheckpoint({ oldSize: knownSize, proof, note });
    return deps.fetch(address, { method: "POST", body, signal, redirect: "error" });
  };
  const cosign = async (checkpoint: PublishedNote): Promise<Result<NoteSignature, WitnessFailure>> => {
    const signal = AbortSignal.timeout(deps.timeoutMs);
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      if (knownSize > checkpoint.size) {
        const reason = `it has seen ${knownSize} entries, more than there are`;
        // It may have been a slip: the next time we do not begin where nothing can come of it.
        knownSize = 0;
        return fail(reason);
      }
      const response = await ask(checkpoint, signal);
      const answer = (await readBody(response, WITNESS_ANSWER_CHARS_MAX))?.toString("utf8");
      if (answer === undefined) return fail("its answer is too long");
      if (response.status === 200) {
        const word = readWitnessAnswer({ note: checkpoint.note, answer, witness: deps.witness.key });
        if (!word.ok) return fail(word.error.code);
        knownSize = checkpoint.size;
        return ok(word.value.signature);
      }
      const seen = response.status === 409 ? parseWitnessSize(answer) : null;
      if (seen === null || !seen.ok || seen.value === knownSize) return fail(`it answered ${response.status}`);
      knownSize = seen.value;
    }
    return fail("it keeps naming other sizes");
  };
  return {
    name,
    cosign: async (checkpoint) => {
      if (isBusy) return fail("it has not answered yet");
      isBusy = true;
      try {
        return await cosign(checkpoint);
      } catch (error) {
        return fail(
          error instanceof Error && error.name === "TimeoutError" ? "it took too long" : "it was not reached",
        );
      } finally {
        isBusy = false;
      }
    },
  };
};
