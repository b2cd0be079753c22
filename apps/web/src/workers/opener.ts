// The page's side of the worker: a few workers, one job each at a time, the rest waits in order.
import type { JobAnswer, JobName, WorkerJobs } from "./messages.ts";

export interface Opener {
  /** Starts the workers before there is something to open. `makeSeed` gives 32 random bytes for each. */
  warm(makeSeed: () => Uint8Array): void;
  run<Name extends JobName>(name: Name, input: WorkerJobs[Name]["input"]): Promise<WorkerJobs[Name]["output"]>;
}

/** More would only heat the machine: one picture takes a worker well below a second. */
const WORKERS_MAX = 2;
const WAITING_MAX = 2_000;

interface Job {
  readonly name: JobName;
  readonly input: WorkerJobs[JobName]["input"];
  readonly resolve: (output: WorkerJobs[JobName]["output"]) => void;
  readonly reject: (cause: Error) => void;
}

export const createOpener = (createWorker: () => Worker): Opener => {
  const idle: Worker[] = [];
  const waiting: Job[] = [];
  let started = 0;
  let lastId = 0;

  const next = (worker: Worker): void => {
    const job = waiting.shift();
    if (job === undefined) {
      idle.push(worker);
      return;
    }
    const id = ++lastId;
    const finish = (settle: () => void) => {
      worker.onmessage = null;
      worker.onerror = null;
      settle();
      next(worker);
    };
    worker.onmessage = ({ data }: MessageEvent<JobAnswer>) => {
      if (data.id !== id) return;
      finish(() => ("crash" in data ? job.reject(new Error(data.crash)) : job.resolve(data.output)));
    };
    // It may never answer again: another one takes its place.
    worker.onerror = () => {
      worker.terminate();
      started -= 1;
      job.reject(new Error("the worker failed to start"));
      if (waiting.length > 0) wake();
    };
    worker.postMessage({ id, name: job.name, input: job.input });
  };

  const wake = (): void => {
    const worker = idle.pop();
    if (worker !== undefined) next(worker);
    else if (started < WORKERS_MAX) {
      started += 1;
      next(createWorker());
    }
  };

  const run: Opener["run"] = (name, input) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= WAITING_MAX) {
        reject(new Error("too many pictures wait to be opened"));
        return;
      }
      // The worker answers a job with the output of its own name.
      waiting.push({ name, input, resolve: resolve as Job["resolve"], reject });
      wake();
    });

  return {
    run,
    warm: (makeSeed) => {
      // One that fails here fails again with the first picture, where somebody waits for it and is told.
      for (let i = 0; i < WORKERS_MAX; i += 1) run("rehearse", makeSeed()).catch(() => undefined);
    },
  };
};
