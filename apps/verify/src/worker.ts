// The verifier, beside the page, so that the page stays alive while a week is checked.
import { verifyBundle } from "@underseal/verifier";
import { verifyCheckpointNote, verifyOpening } from "@underseal/verifier/pieces";
import { z } from "zod";
import type { CheckRequest, Outcome, WorkerMessage } from "./messages.ts";

// The page's policy forbids code made from strings, which is how zod compiles its checks.
z.config({ jitless: true });

const say = (message: WorkerMessage): void => postMessage(message);

const check = ({ kind, bytes, everyRound, keys, quorum }: CheckRequest): Outcome => {
  if (kind === "opening") return { kind, result: verifyOpening(bytes) };
  if (kind === "checkpoint") return { kind, result: verifyCheckpointNote({ note: bytes, keys, quorum }) };
  return { kind, result: verifyBundle(bytes, { everyRound, onStage: (stage) => say({ stage }) }) };
};

addEventListener("message", ({ data }: MessageEvent<CheckRequest>) => say({ outcome: check(data) }));
