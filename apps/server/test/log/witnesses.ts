// Witnesses over real HTTP, which can be told to be down, slow or hostile.
import { writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { assert, createTestRandom, redact } from "@underseal/foundation";
import {
  type Checkpoint,
  cosignerKeyOf,
  cosignText,
  encodeVerifierKey,
  formatWitnessAnswer,
  type NoteSigner,
  parseAddCheckpoint,
  parseNote,
  TLOG_SIZE_TYPE,
  type VerifierKey,
  verifierKeyOf,
  verifyCheckpoint,
  verifyConsistency,
} from "@underseal/tlog";
import { createTestDir } from "../support/database.ts";
import { LOG_KEY, ORIGIN } from "./support.ts";

export const logKey: VerifierKey = verifierKeyOf({ name: ORIGIN, seed: LOG_KEY });

export type Mood = "well" | "slow" | "broken" | "endless" | "forging" | "ahead";

export interface TestWitness {
  readonly name: string;
  readonly signer: NoteSigner;
  readonly url: string;
  mood: Mood;
  /** The newest it has cosigned. */
  seen: Checkpoint | null;
  /** `old size → size`, or `409` for requests that began elsewhere. */
  readonly asked: string[];
  stop(): Promise<void>;
}

export const SLOW_MS = 1_500;

export const startWitness = async (number: number): Promise<TestWitness> => {
  const signer: NoteSigner = { name: `w${number}.example`, seed: redact(createTestRandom(500 + number).bytes(32)) };
  const server = createServer((request, response) => {
    answer(witness, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const witness: TestWitness = {
    ...{ name: `w${number}`, signer, url: `http://127.0.0.1:${port}/witness`, mood: "well", seen: null, asked: [] },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return witness;
};

const answer = async (witness: TestWitness, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const body = await text(request);
  assert(request.url === "/witness/add-checkpoint" && request.method === "POST", "the log asks as specified");
  if (witness.mood === "broken") return void response.writeHead(500).end("no");
  if (witness.mood === "endless") {
    response.writeHead(200);
    while (response.writable && !response.destroyed) {
      response.write("x".repeat(65_536));
      await sleep(1);
    }
    return;
  }
  if (witness.mood === "ahead") return void response.writeHead(409, { "content-type": TLOG_SIZE_TYPE }).end("999999\n");
  if (witness.mood === "slow") await sleep(SLOW_MS);
  cosign(witness, body, response);
};

const cosign = (witness: TestWitness, body: string, response: ServerResponse): void => {
  const asked = parseAddCheckpoint(body);
  assert(asked.ok, "the log asks as specified");
  const { oldSize, proof, note } = asked.value;
  const checkpoint = verifyCheckpoint(note, [logKey]);
  assert(checkpoint.ok, "the log signed");
  const seenSize = witness.seen?.size ?? 0;
  if (oldSize !== seenSize) {
    witness.asked.push("409");
    return void response.writeHead(409, { "content-type": TLOG_SIZE_TYPE }).end(`${seenSize}\n`);
  }
  witness.asked.push(`${oldSize} → ${checkpoint.value.size}`);
  if (witness.seen !== null) {
    const { size, root } = checkpoint.value;
    const claim = { oldSize, newSize: size, oldRoot: witness.seen.root, newRoot: root, proof };
    assert(verifyConsistency(claim).ok, "the log continues what the witness saw");
  }
  const parsed = parseNote(note);
  assert(parsed.ok, "the log signed");
  const signed = witness.mood === "forging" ? parsed.value.text.replace("\n", "\n1") : parsed.value.text;
  const signature = cosignText({ text: signed, signer: witness.signer, time: Math.floor(Date.now() / 1_000) });
  if (witness.mood !== "forging") witness.seen = checkpoint.value;
  response.writeHead(200).end(formatWitnessAnswer([signature]));
};

/** A file with these witnesses, of whom so many must cosign. */
export const writePolicy = async (witnesses: readonly TestWitness[], threshold: number): Promise<string> => {
  const lines = [
    "# a comment that terms do not pin",
    `log ${encodeVerifierKey(logKey)}`,
    ...witnesses.map(({ name, signer, url }) => `witness ${name} ${encodeVerifierKey(cosignerKeyOf(signer))} ${url}/`),
    `group enough ${threshold} ${witnesses.map(({ name }) => name).join(" ")}`,
    "quorum enough",
  ];
  return writePolicyText(`${lines.join("\n")}\n`);
};

export const writePolicyText = async (policy: string): Promise<string> => {
  const file = path.join(await createTestDir(), "policy");
  await writeFile(file, policy);
  return file;
};
