// Sends what was signed beforehand: one connection for each chain, the next record when the one before is answered.
// Plain sockets and bytes, because every microsecond here is taken from the server on the same processors.
//   node bench/admission/generator.ts PORT FILE   (FILE: one line for each chain, a JSON list of request bodies)
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";

const [, , port = "", file = "", path = "/v1/statements"] = process.argv;

const HEAD_END = Buffer.from("\r\n\r\n");

const requestOf = (body: string): Buffer =>
  Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

interface Tally {
  readonly latenciesMs: number[];
  readonly statuses: Map<number, number>;
  failure: string | null;
}

/** Sends one chain; resolves when all its requests are answered. */
const sendChain = (requests: readonly Buffer[], tally: Tally): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket: Socket = connect({ port: Number(port), host: "127.0.0.1", noDelay: true });
    let next = 0;
    let sentMs = 0;
    let received: Buffer = Buffer.alloc(0);
    const send = (): void => {
      const request = requests[next];
      if (request === undefined) return void socket.end(() => resolve());
      next += 1;
      sentMs = performance.now();
      socket.write(request);
    };
    socket.on("data", (chunk) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
      const headEnd = received.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const head = received.toString("latin1", 0, headEnd);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1]);
      if (received.length < headEnd + HEAD_END.length + length) return;
      tally.latenciesMs.push(performance.now() - sentMs);
      const status = Number(head.slice(9, 12));
      tally.statuses.set(status, (tally.statuses.get(status) ?? 0) + 1);
      if (status !== 200) tally.failure ??= received.toString("utf8");
      received = Buffer.alloc(0);
      send();
    });
    socket.on("connect", send);
    socket.on("error", reject);
  });

const chains = readFileSync(file, "utf8")
  .trim()
  .split("\n")
  .map((line) => (JSON.parse(line) as string[]).map(requestOf));
const tally: Tally = { latenciesMs: [], statuses: new Map(), failure: null };
process.stdout.write("ready\n");
await new Promise((resolve) => process.stdin.once("data", resolve));
const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
await Promise.all(chains.map((requests) => sendChain(requests, tally)));
const seconds = (performance.now() - startedMs) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
tally.latenciesMs.sort((a, b) => a - b);
const quantile = (share: number) => tally.latenciesMs[Math.floor(tally.latenciesMs.length * share)];
process.stdout.write(
  `${JSON.stringify({
    ...{ count: tally.latenciesMs.length, seconds, p50: quantile(0.5), p99: quantile(0.99), max: quantile(0.9999) },
    ...{ statuses: [...tally.statuses], failure: tally.failure, cpuSeconds: (user + system) / 1e6 },
  })}\n`,
);
process.exit(0);
