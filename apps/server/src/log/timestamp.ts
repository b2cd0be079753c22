import { ok, type Random, type Result } from "@underseal/foundation";
import { readBody } from "./bodies.ts";
import { encodeRequest, refuse, type Timestamp, type TimestampError, verifyTimestamp } from "./timestamp-token.ts";

// A timestamp over some bytes, asked for over HTTP. It is believed only if it is over these bytes, answers this very
// request, and is signed by an authority whose certificate leads to one that the operator trusts.

export interface TimestampDeps {
  readonly url: string;
  /** In DER. */
  readonly trusted: readonly Uint8Array[];
  readonly fetch: typeof fetch;
  readonly random: Random;
  readonly timeoutMs: number;
}

const RESPONSE_BYTES_MAX = 65_536;
const NONCE_BYTES = 8;

/** Asks the authority for a timestamp over the bytes and verifies it. */
export const requestTimestamp = async (
  deps: TimestampDeps,
  data: Uint8Array,
): Promise<Result<Timestamp, TimestampError>> => {
  const asked = { data, digest: await sha256(data), nonce: createNonce(deps.random) };
  const response = await post(deps, await encodeRequest(asked));
  if (!response.ok) return response;
  return verifyTimestamp({ ...asked, response: response.value, trusted: deps.trusted });
};

const sha256 = async (data: Uint8Array): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(data)));

/** A positive number whose first byte is not zero, so that it has one spelling. */
const createNonce = (random: Random): Uint8Array => {
  const nonce = random.bytes(NONCE_BYTES);
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  return nonce;
};

const post = async (
  { url, fetch, timeoutMs }: TimestampDeps,
  body: Uint8Array<ArrayBuffer>,
): Promise<Result<Uint8Array, TimestampError>> => {
  const headers = { "content-type": "application/timestamp-query", accept: "application/timestamp-reply" };
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { method: "POST", body, headers, signal, redirect: "error" });
    if (response.status !== 200) return refuse("TSA_STATUS");
    const bytes = await readBody(response, RESPONSE_BYTES_MAX);
    return bytes === null ? refuse("TSA_TOO_LARGE") : ok(new Uint8Array(bytes));
  } catch {
    return refuse("TSA_UNREACHABLE");
  }
};
