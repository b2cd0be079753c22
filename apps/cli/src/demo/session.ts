// A signed-in person, as a browser would be: cookies kept, the origin stated.
import { type Api, type ApiError, type CallInput, createApi, type Route, type RouteAnswer } from "@underseal/api";
import type { Result } from "@underseal/foundation";

export interface Session {
  readonly api: Api;
  signIn(credentials: { readonly email: string; readonly password: string }): Promise<void>;
}

const TIMEOUT_MS = 30_000;

export const createSession = (baseUrl: string): Session => {
  const cookies = new Map<string, string>();
  const fetchWithCookies: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set("origin", baseUrl);
    if (cookies.size > 0) headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(input, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) cookies.set(name, value);
    }
    return response;
  };
  return {
    api: createApi({ baseUrl, fetch: fetchWithCookies, timeoutMs: TIMEOUT_MS }),
    signIn: async (credentials) => {
      const response = await fetchWithCookies(`${baseUrl}/api/auth/sign-in/email`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(credentials),
      });
      if (!response.ok) throw new DemoError(`sign-in answered ${response.status}`);
    },
  };
};

/** Something in the demo did not go as it must. */
export class DemoError extends Error {}

/** The value of an answer, or the end of the demo with what the server said. */
export const must = async <R extends Route>(api: Api, route: R, input: CallInput<R>): Promise<RouteAnswer<R>> =>
  mustSucceed(await api.call(route, input), `${route.method} ${route.path}`);

export const mustSucceed = <T>(result: Result<T, ApiError | { readonly message: string }>, what: string): T => {
  if (result.ok) return result.value;
  const { error } = result;
  const reason = "message" in error ? error.message : (error.detail ?? error.code);
  throw new DemoError(`${what}: ${"code" in error ? `${error.code}: ` : ""}${reason}`);
};
