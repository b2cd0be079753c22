// The typed client over the route table, the same in the tracker, the web app and the demo.
import { bytesToUtf8, err, ok, type Result, utf8ToBytes } from "@underseal/foundation";
import type { SignableRequest } from "./device-signature.ts";
import { type Problem, problemSchema } from "./problems.ts";
import type { Route, RouteAnswer, RouteBody, RouteParams, RouteQuery } from "./route.ts";

/** No answer, or one that is not ours: the same request may be sent again. */
export interface NetworkError {
  readonly code: "NETWORK";
  readonly detail: string;
}

export type ApiError = Problem | NetworkError;

const TRANSIENT: ReadonlySet<ApiError["code"]> = new Set<ApiError["code"]>([
  "NETWORK",
  "INTERNAL",
  "UNAVAILABLE",
  "RATE_LIMITED",
]);

/** Whether the answer is about the server or the moment: the same request, with the same ids, may be sent again. */
export const isTransient = ({ code }: ApiError): boolean => TRANSIENT.has(code);

type Part<Name extends string, Value> = Value extends undefined ? unknown : { readonly [key in Name]: Value };

export type CallInput<R extends Route> = Part<"params", RouteParams<R>> &
  Part<"query", RouteQuery<R>> &
  Part<"body", RouteBody<R>>;

export interface ApiDeps {
  /** `http://127.0.0.1:8420`, or empty in a page of the server's own. */
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  /** Adds what proves who is asking, such as a device's signature. */
  readonly headersFor?: (request: SignableRequest) => Readonly<Record<string, string>>;
  /** Ends a request that hangs. */
  readonly timeoutMs: number;
}

export interface Api {
  call<R extends Route>(route: R, input: CallInput<R>): Promise<Result<RouteAnswer<R>, ApiError>>;
}

interface UntypedInput {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

export const createApi = (deps: ApiDeps): Api => ({
  call: async (route, input) => {
    // The route's schemas describe the parts; here they are only carried.
    const parts = input as UntypedInput;
    const path = pathOf(route, parts);
    const body = bodyOf(route, parts);
    const signable = { method: route.method, path, body: route.body === "bytes" ? null : body };
    const headers: Record<string, string> = { ...deps.headersFor?.(signable) };
    if (body !== null)
      headers["content-type"] = route.body === "bytes" ? "application/octet-stream" : "application/json";
    try {
      const response = await deps.fetch(deps.baseUrl + path, {
        method: route.method,
        headers,
        ...(body === null ? {} : { body: new Blob([new Uint8Array(body)]) }),
        signal: AbortSignal.timeout(deps.timeoutMs),
      });
      return await readAnswer(route, response);
    } catch (cause) {
      return err({ code: "NETWORK", detail: cause instanceof Error ? cause.message : "the request failed" });
    }
  },
});

const pathOf = (route: Route, { params = {}, query = {} }: UntypedInput): string => {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const search = new URLSearchParams(
    Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]),
  );
  return search.size === 0 ? path : `${path}?${search}`;
};

const bodyOf = (route: Route, { body }: UntypedInput): Uint8Array | null => {
  if (body === undefined) return null;
  // A route with a streamed body takes bytes; `RouteBody` holds callers to it.
  return route.body === "bytes" ? (body as Uint8Array) : utf8ToBytes(JSON.stringify(body));
};

const readAnswer = async <R extends Route>(route: R, response: Response): Promise<Result<RouteAnswer<R>, ApiError>> => {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (response.ok && route.answer === "bytes") return ok(bytes as RouteAnswer<R>);
  const json = parseJson(bytes);
  if (response.ok && route.answer !== "bytes") {
    const answer = route.answer.safeParse(json);
    // `RouteAnswer` is the output type of the very schema that was just applied.
    if (answer.success) return ok(answer.data as RouteAnswer<R>);
  }
  const problem = problemSchema.safeParse(json);
  return err(problem.success ? problem.data : { code: "NETWORK", detail: `answer ${response.status} of unknown form` });
};

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(bytesToUtf8(bytes) ?? "");
  } catch {
    return undefined;
  }
};
