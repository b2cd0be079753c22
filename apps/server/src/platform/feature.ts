import type { Readable } from "node:stream";
import type { Refusal, Route, RouteAnswer, RouteBody, RouteParams, RouteQuery } from "@underseal/api";
import type { DeviceId, PersonId, Result } from "@underseal/foundation";
import type { FastifyInstance } from "fastify";

// What a feature is to the rest of the server: addresses it answers, and what it does when time passes.

export type PersonKind = "client" | "freelancer" | "operator";

export interface PersonCaller {
  readonly kind: "person";
  readonly personId: PersonId;
  readonly personKind: PersonKind;
}

export interface DeviceCaller {
  readonly kind: "device";
  readonly deviceId: DeviceId;
  /** The freelancer whose device it is. */
  readonly personId: PersonId;
}

export interface AnyoneCaller {
  readonly kind: "anyone";
}

export type Caller = AnyoneCaller | PersonCaller | DeviceCaller;

type CallerOf<R extends Route> = R["access"] extends "person"
  ? PersonCaller
  : R["access"] extends "device"
    ? DeviceCaller
    : R["access"] extends "person-or-device"
      ? PersonCaller | DeviceCaller
      : Caller;

export interface RouteRequest<R extends Route> {
  readonly params: RouteParams<R>;
  readonly query: RouteQuery<R>;
  /** A route with `body: "bytes"` reads its body as a stream; the length limit is enforced while reading. */
  readonly body: R["body"] extends "bytes" ? Readable : RouteBody<R>;
  readonly caller: CallerOf<R>;
  readonly requestId: string;
}

/** A refusal becomes an `application/problem+json` answer; a thrown error becomes INTERNAL and is logged. */
export type RouteHandler<R extends Route> = (
  request: RouteRequest<R>,
) => Promise<Result<R["answer"] extends "bytes" ? Uint8Array | Readable : RouteAnswer<R>, Refusal>>;

/** A route with its handler, its types already checked against each other by `serve`. */
export interface ServedRoute {
  readonly route: Route;
  readonly handle: (request: RouteRequest<Route>) => Promise<Result<unknown, Refusal>>;
  /** A limit per address below the general one, where guessing or filling must be slow. */
  readonly ratePerMinute?: number;
}

export const serve = <R extends Route>(
  route: R,
  handle: RouteHandler<R>,
  options: { readonly ratePerMinute?: number } = {},
): ServedRoute => ({
  ...options,
  route,
  // The HTTP layer parses with this very route's schemas before it calls, so the request is of the handler's type.
  handle: handle as unknown as ServedRoute["handle"],
});

/** Something that should work and at present does not, though people are served. Shown to whoever watches the server. */
export interface Alarm {
  readonly name: string;
  readonly since: Date;
  readonly detail: string;
}

export interface Feature {
  readonly routes: readonly ServedRoute[];
  /** Addresses outside the route table: a library's own, or files in somebody else's format. */
  mount?(app: FastifyInstance): void;
  /** Does what is due at `nowMs`; it may be called again with the same time, and by two servers at once. */
  tick?(nowMs: number): Promise<void>;
  /** What an operator should know of. */
  alarms?(): Promise<readonly Alarm[]>;
  /** Ends what runs by itself; called after the last request and before the database closes. */
  stop?(): Promise<void>;
}
