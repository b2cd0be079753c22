// A relay of the test's own beacon over real HTTP, which can die, come back, lie and lag.
import { createServer } from "node:http";
import { type BeaconChain, randomnessOf, roundAt, signRound } from "@underseal/evidence";
import { bytesToHex } from "@underseal/foundation";

/** What the relay does with a request; `hole`: it knows no round from one on up to another. */
export type RelayMood =
  | "honest"
  | "dead"
  | "false-signatures"
  /** Answers every question with the same old, true round. */
  | "old"
  /** Passes on signatures that belong to the round before. */
  | "shifted";

export interface TestRelay extends AsyncDisposable {
  readonly baseUrl: string;
  mood: RelayMood;
  /** Rounds asked for, in order; 0 for the latest. */
  readonly asked: number[];
}

/** Of one secret in a process; signing takes longer than everything else in these tests. */
const signed = new Map<number, Uint8Array>();

export const startRelay = async ({
  chain,
  secret,
  nowMs,
}: {
  readonly chain: BeaconChain;
  readonly secret: Uint8Array;
  readonly nowMs: () => number;
}): Promise<TestRelay> => {
  const signatureOf = (round: number): Uint8Array => {
    const signature = signed.get(round) ?? signRound(secret, round);
    signed.set(round, signature);
    return signature;
  };
  const asked: number[] = [];
  const server = createServer((request, response) => {
    const name = /^\/beacon\/public\/(latest|\d+)$/.exec(request.url ?? "")?.[1];
    const newest = roundAt(chain, nowMs() / 1000);
    const wanted = name === "latest" ? newest : Number(name);
    asked.push(name === "latest" ? 0 : wanted);
    if (relay.mood === "dead") return void request.socket.destroy();
    if (relay.mood !== "old" && (Number.isNaN(wanted) || wanted > newest)) {
      return void response.writeHead(404, { "content-type": "application/json" }).end("{}");
    }
    const round = relay.mood === "old" ? 7 : wanted;
    const signature =
      relay.mood === "false-signatures"
        ? new Uint8Array(48).fill(round % 251)
        : signatureOf(relay.mood === "shifted" ? round - 1 : round);
    const body = { round, randomness: bytesToHex(randomnessOf(signature)), signature: bytesToHex(signature) };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const relay: TestRelay = {
    baseUrl: `http://127.0.0.1:${port}/beacon`,
    mood: "honest",
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return relay;
};
