// Captures the traffic of the demo: everything that the tracker and the browser exchange with the server passes here
// and is written down, byte by byte, for the canary search.
import { createWriteStream } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { finished } from "node:stream/promises";

export interface RecordingProxy {
  readonly url: string;
  /** Where connections go; set once the server listens. */
  forwardTo(port: number): void;
  stop(): Promise<void>;
}

export const startRecordingProxy = async (file: string): Promise<RecordingProxy> => {
  const record = createWriteStream(file, { mode: 0o600 });
  const sockets = new Set<Socket>();
  let targetPort = 0;
  const server = createServer((incoming) => {
    const outgoing = connect(targetPort, "127.0.0.1");
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => record.write(chunk));
      from.on("error", () => to.destroy());
      from.on("close", () => sockets.delete(from));
      from.pipe(to);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Listening on a port gives an address, never the path of a socket.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    forwardTo: (serverPort) => {
      targetPort = serverPort;
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      record.end();
      await finished(record);
    },
  };
};
