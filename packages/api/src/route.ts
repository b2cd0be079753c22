import type { z } from "zod";
import type { ProblemCode } from "./problems.ts";

// One table of addresses serves the server (validation, OpenAPI), the tracker and the web app (typed client).

export type Access = "anyone" | "person" | "device" | "person-or-device";

export interface Route<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType | "bytes" = z.ZodType | "bytes",
  Answer extends z.ZodType | "bytes" = z.ZodType | "bytes",
> {
  readonly method: "GET" | "POST" | "PUT";
  /** In the form `/v1/contracts/:contractId`. */
  readonly path: string;
  readonly summary: string;
  /** `person`: a signed-in session; `device`: signed by an enrolled device (see device-signature.ts). */
  readonly access: Access;
  readonly params?: Params;
  readonly query?: Query;
  /** `"bytes"`: `application/octet-stream`, streamed. */
  readonly body?: Body;
  readonly answer: Answer;
  /** The status of success; 200 where not given. */
  readonly status?: 200 | 201 | 202;
  readonly problems: readonly ProblemCode[];
  /**
   * Seconds after which the same request has a fuller answer, such as one with its proof; `null` for one that is whole.
   * What is not whole is answered with status 202 and `Retry-After`.
   */
  readonly secondsUntilWhole?: (answer: unknown) => number | null;
  /** 64 KiB where not given. */
  readonly bodyMaxBytes?: number;
}

/** Keeps the exact types of the schemas, and which parts there are. */
export const route = <const Definition extends Route>(definition: Definition): Definition => definition;

// A part that the definition leaves out is `undefined`, for the handler and for the caller.
export type RouteParams<R extends Route> = R extends { readonly params: infer Params extends z.ZodType }
  ? z.output<Params>
  : undefined;
export type RouteQuery<R extends Route> = R extends { readonly query: infer Query extends z.ZodType }
  ? z.output<Query>
  : undefined;
export type RouteBody<R extends Route> = R extends { readonly body: infer Body }
  ? Body extends z.ZodType
    ? z.output<Body>
    : Uint8Array
  : undefined;
export type RouteAnswer<R extends Route> = R["answer"] extends z.ZodType ? z.output<R["answer"]> : Uint8Array;
