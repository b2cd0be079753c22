// One worker for each check: what is no longer wanted is ended at once.

import type { CheckRequest, Outcome, WorkerMessage } from "./messages.ts";
import { announce, stageNames } from "./sentences.ts";
import { workerSource } from "./worker-source.ts";

export interface Progress {
  readonly sentence: string;
  /** From 0 to 1. */
  readonly share: number;
}

export interface CheckEvents {
  readonly onProgress: (progress: Progress) => void;
  readonly onOutcome: (outcome: Outcome) => void;
  readonly onBroken: () => void;
}

const stages = Object.keys(stageNames);

/** Starts a check; what it returns stops it. The bytes are handed over and gone from here. */
export const startCheck = (request: CheckRequest, events: CheckEvents): (() => void) => {
  const source = URL.createObjectURL(new Blob([workerSource], { type: "text/javascript" }));
  const worker = new Worker(source);
  const stop = () => {
    worker.terminate();
    URL.revokeObjectURL(source);
  };
  worker.addEventListener("message", ({ data }: MessageEvent<WorkerMessage>) => {
    if ("stage" in data) {
      const at = stages.indexOf(data.stage);
      const sentence = announce.checking(stageNames[data.stage], at + 1, stages.length);
      return events.onProgress({ sentence, share: at / stages.length });
    }
    stop();
    events.onOutcome(data.outcome);
  });
  worker.addEventListener("error", () => {
    stop();
    events.onBroken();
  });
  worker.postMessage(request, [request.bytes.buffer as ArrayBuffer]);
  return stop;
};
