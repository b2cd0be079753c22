// Where step 8 looks: the database as it is stored and as it is answered, the blobs, the logs, and all traffic.
import { createWriteStream } from "node:fs";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type CanaryPlace, type CanaryReport, searchCanaries } from "./canary-search.ts";
import { DemoError } from "./session.ts";
import type { Stage } from "./stage.ts";

export const searchEverything = async (
  { server, files }: Stage,
  { canaries, control }: { readonly canaries: readonly string[]; readonly control: string },
): Promise<readonly CanaryReport[]> => {
  const dump = path.join(path.dirname(files.traffic), "database.txt");
  await pipeline(Readable.from(server.dumpDatabase()), createWriteStream(dump, { mode: 0o600 }));
  const places: readonly CanaryPlace[] = [
    { name: "database", path: dump, control },
    { name: "blobs", path: files.blobs, control: "age-encryption.org/v1" },
    { name: "logs", path: files.log, control: "request" },
    { name: "traffic", path: files.traffic, control },
  ];
  const reports = [];
  for (const place of places) {
    const report = await searchCanaries(place, canaries);
    if (!report.isControlFound) throw new DemoError(`the search of the ${place.name} does not see what must be there`);
    reports.push(report);
  }
  return reports;
};
