// The named routes, and no others. Each says who may: anybody on this machine, a browser with a session, or the owner's
// command line, which knows the secret.
import type { IncomingMessage } from "node:http";
import type { Writable } from "node:stream";
import type { Redacted } from "@underseal/foundation";
import type { Daemon } from "../daemon/daemon.ts";
import { tileReasons } from "../reduction/tile-reasons.ts";
import { parseCommand, parseLaunchToken, parseObject, readJson } from "./bodies.ts";
import type { LaunchFile } from "./launch-file.ts";
import { CHALLENGE_HEADER, isOwner, proofFor } from "./owner-secret.ts";
import type { PageFile } from "./page-files.ts";
import type { Problem } from "./problems.ts";
import { explainReview, reviewCalls } from "./review-routes.ts";
import type { Sessions } from "./sessions.ts";

export interface RouteDeps {
  readonly daemon: Pick<Daemon, "snapshot" | "command" | "reviews">;
  readonly sessions: Sessions;
  readonly launchFile: Pick<LaunchFile, "expect" | "forget">;
  readonly secret: Redacted<Uint8Array>;
  readonly files: ReadonlyMap<string, PageFile>;
  /** Cookies do not know ports: each daemon's has a name of its own. */
  readonly cookieName: string;
}

export type Answer =
  | { readonly problem: Problem }
  | { readonly value: unknown; readonly cookie?: string }
  | { readonly file: PageFile }
  /** Ends what it writes to, or destroys it where it cannot write all. */
  | { readonly type: string; readonly write: (output: Writable) => Promise<unknown> };

interface Route {
  readonly method: "GET" | "POST";
  readonly access: "anybody" | "owner" | "session-or-owner";
  readonly answer: (deps: RouteDeps, request: IncomingMessage) => Answer | Promise<Answer>;
}

const problem = (code: Problem["code"], message: string): Answer => ({ problem: { code, message } });

/** Only of a browser that names this origin as its own, which was checked before. */
const openSession = async (
  { sessions, launchFile, cookieName }: RouteDeps,
  request: IncomingMessage,
): Promise<Answer> => {
  const body = await readJson(request);
  if (!body.ok) return { problem: body.error };
  const token = parseLaunchToken(body.value);
  const session = token === null ? null : sessions.open(token);
  if (token === null || session === null) {
    return problem("LAUNCH_INVALID", "this link was used already or is older than a minute: underseal track open");
  }
  await launchFile.forget(token);
  const cookie = `${cookieName}=${session.cookie}; HttpOnly; SameSite=Strict; Path=/`;
  return { value: { key: session.key }, cookie };
};

const launch = ({ sessions, launchFile }: RouteDeps): Answer => {
  const token = sessions.launch();
  launchFile.expect(token);
  return { value: { token } };
};

const carryOut = async ({ daemon }: RouteDeps, request: IncomingMessage): Promise<Answer> => {
  const body = await readJson(request);
  if (!body.ok) return { problem: body.error };
  const command = parseCommand(body.value);
  if (command === null) return problem("NOT_UNDERSTOOD", "this is not a command");
  const done = await daemon.command(command);
  return done.ok ? { value: done.value } : problem("COMMAND_REFUSED", done.error.message);
};

const listReviews = ({ daemon }: RouteDeps): Answer => {
  const { reviews } = daemon;
  const days = reviews.days().map((day) => ({ day, captures: reviews.list(day) }));
  return { value: { days, reasons: tileReasons } };
};

const callReview = async ({ daemon }: RouteDeps, request: IncomingMessage): Promise<Answer> => {
  const body = await readJson(request);
  if (!body.ok) return { problem: body.error };
  const fields = parseObject(body.value);
  const called = fields === null ? null : await reviewCalls[request.url ?? ""]?.(daemon.reviews, fields);
  if (called === null || called === undefined) return problem("NOT_UNDERSTOOD", "this is not of the form of this call");
  if (called.ok) return { value: called.value ?? null };
  return problem("REVIEW_REFUSED", explainReview(called.error.code));
};

const openPicture = async ({ daemon }: RouteDeps, request: IncomingMessage): Promise<Answer> => {
  const body = await readJson(request);
  if (!body.ok) return { problem: body.error };
  const capture = String(parseObject(body.value)?.capture ?? "");
  const found = daemon.reviews.find(capture);
  if (!found.ok) return problem("REVIEW_REFUSED", explainReview(found.error.code));
  return { type: "image/png", write: (output) => daemon.reviews.preview(capture, output) };
};

const prove = ({ secret }: RouteDeps, request: IncomingMessage): Answer => {
  const proof = proofFor(secret, String(request.headers[CHALLENGE_HEADER] ?? ""));
  return proof === null ? problem("NOT_UNDERSTOOD", "this is not a challenge") : { value: { proof } };
};

const ROUTES: ReadonlyMap<string, Route> = new Map<string, Route>([
  ["/daemon", { method: "GET", access: "anybody", answer: prove }],
  ["/session", { method: "POST", access: "anybody", answer: openSession }],
  ["/launch", { method: "POST", access: "owner", answer: launch }],
  ["/snapshot", { method: "GET", access: "session-or-owner", answer: ({ daemon }) => ({ value: daemon.snapshot() }) }],
  ["/commands", { method: "POST", access: "session-or-owner", answer: carryOut }],
  ["/reviews", { method: "GET", access: "session-or-owner", answer: listReviews }],
  ["/reviews/picture", { method: "POST", access: "session-or-owner", answer: openPicture }],
  ...Object.keys(reviewCalls).map(
    (address) => [address, { method: "POST", access: "session-or-owner", answer: callReview }] as const,
  ),
]);

const SESSION_KEY_HEADER = "underseal-key";

/** The request was found to be meant for us and from no other site. */
export const answerRequest = async (deps: RouteDeps, request: IncomingMessage): Promise<Answer> => {
  // An address with a query, a dot segment or a host in it is none of ours.
  const address = request.url ?? "";
  const file = deps.files.get(address);
  const route: Route | undefined =
    file === undefined ? ROUTES.get(address) : { method: "GET", access: "anybody", answer: () => ({ file }) };
  if (route === undefined) return problem("NOT_FOUND", "there is nothing here");
  if (request.method !== route.method) return problem("METHOD_NOT_ALLOWED", `only ${route.method} is understood here`);
  if (!isAllowed(deps, route, request)) {
    return problem("NOT_SIGNED_IN", "open this page anew with: underseal track open");
  }
  return route.answer(deps, request);
};

const isAllowed = (
  { secret, sessions, cookieName }: RouteDeps,
  { access }: Route,
  request: IncomingMessage,
): boolean => {
  if (access === "anybody" || isOwner(secret, request.headers.authorization)) return true;
  const cookie = cookieOf(request, cookieName);
  const key = request.headers[SESSION_KEY_HEADER];
  return (
    access === "session-or-owner" && cookie !== null && typeof key === "string" && sessions.isOpen({ cookie, key })
  );
};

const cookieOf = ({ headers }: IncomingMessage, name: string): string | null => {
  const pairs = (headers.cookie ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([key]) => key === name)?.[1] ?? null;
};
