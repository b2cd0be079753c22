// Requests of the command line to the daemon, which show it the owner's secret. Not by `fetch` and not by Node's shared
// agent: where NODE_USE_ENV_PROXY is set, these send what goes to 127.0.0.1 by way of HTTP_PROXY as well.
import { type IncomingMessage, request } from "node:http";

export interface DirectRequest {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Posted as JSON. */
  readonly body?: unknown;
  readonly timeoutMs: number;
}

export interface DirectAnswer {
  readonly isOk: boolean;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Whoever answers may be another program that took the port. A snapshot has up to 60 kB of memos for each contract. */
const ANSWER_BYTES_MAX = 16 * 1024 * 1024;

const NO_ANSWER = "what came is not an answer of this program";

/** Throws where no JSON object comes in time. */
export const requestDirectly = async (asked: DirectRequest): Promise<DirectAnswer> => {
  const { port, path, headers, body, timeoutMs } = asked;
  const method = body === undefined ? "GET" : "POST";
  // `agent: false`: one of its own for this request, which knows no proxy.
  const where = { host: "127.0.0.1", port, path, agent: false } as const;
  const sent = request({ ...where, method, headers, signal: AbortSignal.timeout(timeoutMs) });
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.on("response", resolve);
    // What breaks off while the answer is read is thrown there.
    sent.on("error", reject);
    // Nobody asked for another protocol: that is no response, and ends no waiting.
    sent.on("upgrade", (_, socket) => {
      socket.destroy();
      reject(new Error("it answers in another protocol"));
    });
  });
  return { isOk: answer.statusCode === 200, value: parseObject(await readText(answer)) };
};

const parseObject = (text: string): DirectAnswer["value"] => {
  const value = parse(text);
  if (typeof value !== "object" || value === null) throw new Error(NO_ANSWER);
  // An object has values by names.
  return value as DirectAnswer["value"];
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(NO_ANSWER, { cause });
  }
};

const readText = async (answer: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    length += chunk.length;
    if (length > ANSWER_BYTES_MAX) throw new Error("it answers too much");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};
