import { assert, createSystemRandom } from "@underseal/foundation";
import { type Config, readConfig } from "../../src/config.ts";
import { createSystemClock } from "../../src/platform/clock.ts";
import { createLogger } from "../../src/platform/logger.ts";
import { type RunningServer, type StartDeps, startServer } from "../../src/start.ts";

// A whole server on a free port, and a client that keeps cookies like a browser does.

/** The configuration of a test's server: given database and directory, any free port. */
export const testConfig = (settings: Partial<Config> & Pick<Config, "databaseUrl" | "dataDir">): Config => {
  const config = readConfig({});
  assert(config.ok, "the defaults are a configuration");
  return { ...config.value, port: 0, rateLimitPerMinute: 0, ...settings };
};

export const testDeps = (settings: Partial<StartDeps> = {}): StartDeps => ({
  clock: createSystemClock(),
  random: createSystemRandom(),
  logger: createLogger({ level: "silent" }),
  ...settings,
});

export const startTestServer = async (config: Config, deps: StartDeps = testDeps()): Promise<RunningServer> => {
  const started = await startServer(config, deps);
  assert(started.ok, started.ok ? "" : `${started.error.code}: ${started.error.message}`);
  return started.value;
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Whatever the body holds; tests compare it whole or by its fields. */
  readonly json: Readonly<Record<string, unknown>>;
}

export interface Browser {
  send(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  readonly cookies: ReadonlyMap<string, string>;
}

export const createBrowser = (url: string): Browser => {
  const cookies = new Map<string, string>();
  return {
    cookies,
    send: async (method, path, body, headers = {}) => {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      const response = await fetch(url + path, {
        method,
        redirect: "manual",
        headers: {
          ...(cookie === "" ? {} : { cookie }),
          ...(method === "GET" ? {} : { origin: url }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      for (const line of response.headers.getSetCookie()) keepCookie(cookies, line);
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, json: parse(text) };
    },
  };
};

const keepCookie = (cookies: Map<string, string>, line: string): void => {
  const [pair = "", ...attributes] = line.split("; ");
  const at = pair.indexOf("=");
  if (attributes.includes("Max-Age=0")) cookies.delete(pair.slice(0, at));
  else cookies.set(pair.slice(0, at), pair.slice(at + 1));
};

const parse = (text: string): Answer["json"] => {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
};
