import { type DestinationStream, type Logger as PinoLogger, pino } from "pino";

// Logs carry ids and codes, never values: no bodies, query strings, cookies, headers, e-mail addresses or error
// messages (a database's message quotes the value it refused). See docs/promises.md.

export type LogLevel = "silent" | "fatal" | "error" | "warn" | "info" | "debug";

export type Logger = PinoLogger;

export const createLogger = (options: { readonly level: LogLevel; readonly destination?: DestinationStream }): Logger =>
  pino(
    {
      level: options.level,
      base: null,
      serializers: { err: presentError, req: presentRequest, res: presentResponse },
    },
    options.destination ?? pino.destination({ fd: 1, sync: false }),
  );

interface PresentedError {
  readonly name: string;
  readonly code?: string;
  readonly constraint?: string;
  readonly at: readonly string[];
}

const STACK_FRAMES_MAX = 12;

/** Which error and where, without its message: messages quote content. */
export const presentError = (error: unknown): PresentedError => {
  if (!(error instanceof Error)) return { name: typeof error, at: [] };
  const at = (error.stack ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at "))
    .slice(0, STACK_FRAMES_MAX);
  return { name: error.name, ...pickText(error, "code"), ...pickText(error, "constraint"), at };
};

const pickText = (error: Error, key: "code" | "constraint"): Partial<Record<typeof key, string>> => {
  const value: unknown = Reflect.get(error, key);
  return typeof value === "string" && value.length <= 80 ? { [key]: value } : {};
};

interface LoggableRequest {
  readonly method?: string;
  readonly routeOptions?: { readonly url?: string | undefined };
}

/** The route's pattern (`/v1/people/:personId/keys`), not the address that was asked for. */
const presentRequest = (request: LoggableRequest) => ({
  method: request.method,
  route: request.routeOptions?.url ?? "unmatched",
});

const presentResponse = (response: { readonly statusCode?: number }) => ({ status: response.statusCode });
