// Three witnesses for the demo's log, each a server of its own with a key and a memory of its own. In life three
// parties run them; here all are on this machine, which proves the protocol and not their independence.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Clock, Random } from "@underseal/foundation";
import { startWitness } from "@underseal/witness";
import { mustSucceed } from "./session.ts";

/** How many of the three must have cosigned a checkpoint. */
const QUORUM = 2;
const NAMES = ["client-guild", "freelancer-guild", "court"] as const;

export interface Witnesses {
  /** A C2SP tlog-policy with the witnesses' addresses. */
  readonly policyFile: string;
  readonly verifierKeys: readonly string[];
}

export const startWitnesses = async (
  workDir: string,
  { clock, random, logKey }: { readonly clock: Clock; readonly random: Random; readonly logKey: string },
  running: AsyncDisposableStack,
): Promise<Witnesses> => {
  const lines: string[] = [];
  const verifierKeys: string[] = [];
  for (const name of NAMES) {
    const dataDir = path.join(workDir, `witness-${name}`);
    await mkdir(dataDir, { mode: 0o700 });
    const config = { dataDir, name: `${name}.demo.example`, host: "127.0.0.1", port: 0, logs: `log ${logKey}\n` };
    const witness = mustSucceed(await startWitness(config, { clock, random }), `the witness ${name}`);
    running.defer(witness.stop);
    lines.push(`witness ${name} ${witness.verifierKey} ${witness.url}`);
    verifierKeys.push(witness.verifierKey);
  }
  const policyFile = path.join(workDir, "log.policy");
  const policy = [`log ${logKey}`, ...lines, `group witnesses ${QUORUM} ${NAMES.join(" ")}`, "quorum witnesses"];
  await writeFile(policyFile, `${policy.join("\n")}\n`);
  return { policyFile, verifierKeys };
};
