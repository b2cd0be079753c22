// A server of the real kind in small: it admits records in the order of their chain, signs arrivals, logs them, and can
// be told to answer what is not true.
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { type LoggedAnswer, problems } from "@underseal/api";
import { type Envelope, logEntryOf, readAnyStatement, signStatement } from "@underseal/evidence";
import { bytesToBase64Url, reveal } from "@underseal/foundation";
import {
  appendedNodes,
  encodeTlogProof,
  foldProof,
  foldRoot,
  inclusionProofNodes,
  leafHash,
  type NoteSigner,
  type ReadNode,
  signCheckpoint,
} from "@underseal/tlog";
import { logSigner, platformSigning } from "./outbox-world.ts";

export const createTestLog = (signer: NoteSigner = logSigner) => {
  const nodes = new Map<string, Uint8Array>();
  let size = 0;
  const read: ReadNode = (level, index) => nodes.get(`${level}/${index}`) ?? new Uint8Array(32);
  return {
    /** Returns the entry's number. */
    append: (entry: Uint8Array): number => {
      for (const { level, index, hash } of appendedNodes({ size, leafHashes: [leafHash(entry)], read })) {
        nodes.set(`${level}/${index}`, hash);
      }
      size += 1;
      return size - 1;
    },
    prove: (index: number): string => {
      const hashes = foldProof(inclusionProofNodes({ index, size }), read);
      const checkpoint = signCheckpoint({ origin: signer.name, size, root: foldRoot(size, read) }, signer);
      return encodeTlogProof({ index, hashes, checkpoint });
    },
  };
};

interface Admitted {
  readonly seq: number;
  readonly hash: string;
  readonly body: string;
}

export const startPlatform = async () => {
  const platform = {
    log: createTestLog(),
    chain: [] as Admitted[],
    /** Bodies that came for each number, whatever was answered. */
    received: new Map<number, Set<string>>(),
    isReachable: true,
    /** Captures that the diary says are disclosed, by hash. */
    disclosed: new Set<string>(),
    /** Changes an answer before it is sent. */
    falsify: (answer: LoggedAnswer): LoggedAnswer => answer,
    head: () => platform.chain.at(-1) ?? null,
    baseUrl: "",
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const refuse = (code: "CHAIN_BROKEN" | "SEQUENCE_TAKEN" | "NOT_FOUND") => {
    const { status, title, remedy } = problems[code];
    return { status, body: { type: "about:blank", title, status, code, remedy, requestId: "r" } };
  };
  const register = (envelope: Envelope) => {
    const statement = readAnyStatement(envelope);
    if (!statement.ok || !("seq" in statement.value.body)) return refuse("NOT_FOUND");
    const { hash, body } = statement.value;
    const admitted = { seq: body.seq, hash: bytesToBase64Url(hash), body: envelope.payload };
    platform.received.set(body.seq, (platform.received.get(body.seq) ?? new Set()).add(envelope.payload));
    const known = platform.chain[body.seq];
    if (known !== undefined && known.body !== envelope.payload) return refuse("SEQUENCE_TAKEN");
    if (known === undefined && body.prev !== (platform.head()?.hash ?? bytesToBase64Url(new Uint8Array(32)))) {
      return refuse("CHAIN_BROKEN");
    }
    if (known === undefined) platform.chain.push(admitted);
    const arrival = signStatement("arrival", { contract: body.contract, statement: admitted.hash, at: body.at }, [
      reveal(platformSigning.secretKey),
    ]).envelope;
    const proof = platform.log.prove(platform.log.append(logEntryOf(hash)));
    return { status: 200, body: platform.falsify({ envelope, arrival, proof }) };
  };
  const answer = async (request: IncomingMessage) => {
    const path = new URL(request.url ?? "", "http://platform.test").pathname;
    if (path === "/v1/statements") return register(JSON.parse(await text(request)));
    if (path.endsWith("/head")) {
      const head = platform.head();
      return { status: 200, body: { head: head === null ? null : { seq: head.seq, hash: head.hash } } };
    }
    if (path.endsWith("/diary")) return { status: 200, body: diaryOf([...platform.disclosed]) };
    return refuse("NOT_FOUND");
  };
  const server = createServer(async (request, response) => {
    if (!platform.isReachable) return void request.socket.destroy();
    const { status, body } = await answer(request);
    const type = status === 200 ? "application/json" : "application/problem+json";
    response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  platform.baseUrl = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  return platform;
};

const diaryOf = (disclosed: readonly string[]) => ({
  week: "2026-11-16",
  segments: [
    {
      ...{ slot: 1, minutes: 10, activity: 1, manual: false, mode: "working" },
      coverage: { version: "protection/1", covered: "deposit", colour: "green", reasons: [], remedies: [] },
      captures: disclosed.map((capture) => ({
        capture,
        atMs: 0,
        maskedPermille: 0,
        disclosure: { hash: capture, redactedPermille: 0, visibleDigest: null, isStored: false },
      })),
    },
  ],
});
