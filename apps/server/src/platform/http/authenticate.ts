import type { Access } from "@underseal/api";
import { err, ok, type Result } from "@underseal/foundation";
import type { FastifyRequest } from "fastify";
import type { Caller, DeviceCaller, PersonCaller } from "../feature.ts";

/** A request as far as a device's signature covers it. */
export interface SignedRequest {
  readonly method: string;
  /** With the query string, as it was sent. */
  readonly path: string;
  readonly headers: FastifyRequest["headers"];
  /** The bytes of a JSON body; `null` for none, and for streamed bytes. */
  readonly body: Uint8Array | null;
}

/** How callers prove who they are; each answers `null` or a refusal where the proof does not hold. */
export interface Authenticators {
  /** The person of the session cookie, or `null`. */
  readonly findPerson: (headers: FastifyRequest["headers"]) => Promise<PersonCaller | null>;
  readonly findDevice: (
    request: SignedRequest,
  ) => Promise<Result<DeviceCaller, "DEVICE_SIGNATURE_INVALID" | "DEVICE_REVOKED">>;
}

export type AuthenticationRefusal = "NOT_SIGNED_IN" | "DEVICE_SIGNATURE_INVALID" | "DEVICE_REVOKED";

/** Who asks, as the route wants it. A request that carries a device's signature is judged by that alone. */
export const authenticate = async (
  access: Access,
  request: SignedRequest,
  authenticators: Authenticators,
): Promise<Result<Caller, AuthenticationRefusal>> => {
  if (access === "anyone") return ok({ kind: "anyone" });
  const isSigned = request.headers["signature-input"] !== undefined;
  if (access === "device" || (access === "person-or-device" && isSigned)) {
    return await authenticators.findDevice(request);
  }
  const person = await authenticators.findPerson(request.headers);
  return person === null ? err("NOT_SIGNED_IN") : ok(person);
};
