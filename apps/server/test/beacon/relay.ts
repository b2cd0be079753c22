// A relay of a drand network on this machine, over real HTTP: an honest one, or one that answers as a test says.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { beaconKeyOf, randomnessOf, roundAt, signRound } from "@underseal/evidence";
import { bytesToHex } from "@underseal/foundation";

/** Not quicknet, so that its rounds can be made here. */
export const NETWORK_SECRET = new Uint8Array(32).fill(3);
export const NETWORK = { publicKey: beaconKeyOf(NETWORK_SECRET), genesis: 1_600_000_000, period: 30 };
export const NETWORK_HASH = "ab".repeat(32);

export const answerOf = (round: number, signature: Uint8Array): string =>
  JSON.stringify({ round, randomness: bytesToHex(randomnessOf(signature)), signature: bytesToHex(signature) });

export type Behaviour = (round: number, response: ServerResponse, request: IncomingMessage) => void;

export const startRelay = async (behave: Behaviour) => {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const round = new RegExp(`^/${NETWORK_HASH}/public/(\\d+)$`).exec(request.url ?? "")?.[1];
    if (round === undefined) response.writeHead(400).end();
    else behave(Number(round), response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Listening on a port, the address is an object.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

export type Relay = Awaited<ReturnType<typeof startRelay>>;

/** Answers as drand does: the round, or 425 where it is still to come. */
export const honest =
  (nowMs: () => number): Behaviour =>
  (round, response) => {
    if (round > roundAt(NETWORK, nowMs() / 1_000)) response.writeHead(425).end();
    else response.end(answerOf(round, signRound(NETWORK_SECRET, round)));
  };
