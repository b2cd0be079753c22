import { createTestRandom } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import type { JobMessage } from "../src/workers/messages.ts";
import { createOpener } from "../src/workers/opener.ts";
import { rehearse } from "../src/workers/rehearse.ts";

/** Answers each job with what it was asked, the next turn. */
const createWorkers = () => {
  const jobs: string[][] = [];
  const createWorker = (): Worker => {
    const own: string[] = [];
    jobs.push(own);
    const worker = {
      onmessage: null as ((event: { readonly data: unknown }) => void) | null,
      terminate: () => undefined,
      postMessage: ({ id, name, input }: JobMessage) => {
        own.push(name);
        setTimeout(() => worker.onmessage?.({ data: { id, output: input } }), 0);
      },
    };
    return worker as unknown as Worker;
  };
  return { jobs, createWorker };
};

const box = { box: new Uint8Array(3), words: "" };

describe("the opener", () => {
  it("starts its workers before there is a job, and gives them the jobs that come", async () => {
    const { jobs, createWorker } = createWorkers();
    const opener = createOpener(createWorker);
    opener.warm(() => new Uint8Array(32));
    expect(jobs).toEqual([["rehearse"], ["rehearse"]]);
    expect(await Promise.all([opener.run("openSeed", box), opener.run("openSeed", box)])).toEqual([box, box]);
    expect(jobs).toEqual([
      ["rehearse", "openSeed"],
      ["rehearse", "openSeed"],
    ]);
  });

  it("works without having been warmed", async () => {
    const { jobs, createWorker } = createWorkers();
    expect(await createOpener(createWorker).run("openSeed", box)).toEqual(box);
    expect(jobs).toEqual([["openSeed"]]);
  });
});

describe("a rehearsal", () => {
  it("opens what it sealed and verifies the round it signed", async () => {
    expect(await rehearse(createTestRandom(9).bytes(32))).toBe(true);
  });
});
