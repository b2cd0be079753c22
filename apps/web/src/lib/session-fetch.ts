// The few addresses that belong to the session library, not to the API's own route table.
import { err, ok, type Result } from "@underseal/foundation";

export type SignInError = "CREDENTIALS" | "RATE_LIMITED" | "UNAVAILABLE";

export interface SessionDeps {
  readonly fetch: typeof fetch;
}

const post = (deps: SessionDeps, path: string, body: unknown): Promise<Response> =>
  deps.fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

/** Starts a session (a cookie that scripts cannot read). */
export const signIn = async (
  deps: SessionDeps,
  credentials: { readonly email: string; readonly password: string },
): Promise<Result<void, SignInError>> => {
  try {
    const response = await post(deps, "/api/auth/sign-in/email", credentials);
    if (response.ok) return ok(undefined);
    if (response.status === 429) return err("RATE_LIMITED");
    return err(response.status < 500 ? "CREDENTIALS" : "UNAVAILABLE");
  } catch {
    return err("UNAVAILABLE");
  }
};

export const signOut = async (deps: SessionDeps): Promise<void> => {
  await post(deps, "/api/auth/sign-out", {});
};

/** Whether there is a session. Asked first, since asking for the person without one is an error in the console. */
export const hasSession = async (deps: SessionDeps): Promise<boolean> => {
  try {
    const response = await deps.fetch("/api/auth/get-session");
    return response.ok && (await response.json()) !== null;
  } catch {
    return false;
  }
};
