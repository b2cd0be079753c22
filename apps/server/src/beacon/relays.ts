// Rounds of a drand network, fetched from its relays over HTTP. A relay is nobody to trust: whatever it answers counts
// only if it is the round's one valid signature.
import { type BeaconChain, roundAt, verifyRound } from "@underseal/evidence";
import { bytesToUtf8, type Clock, concatBytes, hexToBytes, MINUTE_MS, SECOND_MS } from "@underseal/foundation";
import { z } from "zod";
import type { BeaconSource } from "./source.ts";

export interface RelayDeps {
  readonly chain: BeaconChain;
  /** How relays name the network, in hexadecimal. */
  readonly chainHash: string;
  /** Addresses without a slash at the end, in the order in which they are asked. */
  readonly urls: readonly string[];
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Hears of relays that do not answer, or answer wrongly. */
  readonly onFault: (fault: RelayFault) => void;
}

export interface RelayFault {
  readonly url: string;
  readonly code: "RELAY_AWAY" | "RELAY_WRONG";
}

/** Our clock may be behind the network's; a signature from further ahead would be no better for it. */
const CLOCK_TOLERANCE_MS = MINUTE_MS;
const TIMEOUT_MS = 3 * SECOND_MS;
/** A relay that failed is left alone for so long, so that a request waits for it once and not each time. */
const HELD_MS = 10 * SECOND_MS;
/** A round that no relay has yet is not asked for again before. */
const RETRY_MS = SECOND_MS / 2;
const ANSWER_MAX_BYTES = 4 * 1024;
const MISSING_MAX = 500;
const REMEMBERED_MAX = 1_000;

/** drand's answer has more fields in some versions. */
const answerSchema = z.object({ round: z.int().min(1), signature: z.string().max(192) });

type Answer = { readonly kind: "round"; readonly signature: Uint8Array } | { readonly kind: "not-yet" } | null;

export const createRelays = (deps: RelayDeps): BeaconSource => {
  const { chain, clock, urls, onFault } = deps;
  const heldUntilMs = new Map<string, number>();
  const retryAtMs = new Map<number, number>();

  const ask = async (url: string, round: number): Promise<Answer> => {
    const fail = (code: RelayFault["code"]): null => {
      heldUntilMs.set(url, clock.monotonicMs() + HELD_MS);
      onFault({ url, code });
      return null;
    };
    const answered = await fetchRound(deps, url, round);
    if (answered.kind === "away") return fail("RELAY_AWAY");
    if (answered.kind === "not-yet") return answered;
    const { signature } = answered;
    if (signature === null || !verifyRound(chain, { round, signature })) return fail("RELAY_WRONG");
    return { kind: "round", signature };
  };
  const signatureOf = async (round: number): Promise<Uint8Array | null> => {
    if ((retryAtMs.get(round) ?? 0) > clock.monotonicMs()) return null;
    let isEarly = false;
    for (const url of urls) {
      if ((heldUntilMs.get(url) ?? 0) > clock.monotonicMs()) continue;
      const answer = await ask(url, round);
      if (answer?.kind === "round") return answer.signature;
      if (answer?.kind === "not-yet") isEarly = true;
    }
    if (retryAtMs.size >= REMEMBERED_MAX) retryAtMs.clear();
    if (isEarly) retryAtMs.set(round, clock.monotonicMs() + RETRY_MS);
    return null;
  };
  return {
    chain,
    newestAt: (nowMs) => roundAt(chain, (nowMs + CLOCK_TOLERANCE_MS) / SECOND_MS),
    signatureOf,
    missingMax: MISSING_MAX,
  };
};

type Fetched =
  | { readonly kind: "away" }
  | { readonly kind: "not-yet" }
  /** `null`: it is not of drand's form, or of another round. */
  | { readonly kind: "answer"; readonly signature: Uint8Array | null };

// 425 is what drand answers for rounds to come; networks in between make other "not here"s of it.
const NOT_YET: ReadonlySet<number> = new Set([404, 425]);

const fetchRound = async (
  { chainHash, fetch }: Pick<RelayDeps, "chainHash" | "fetch">,
  url: string,
  round: number,
): Promise<Fetched> => {
  try {
    const response = await fetch(`${url}/${chainHash}/public/${round}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: "error",
      headers: { accept: "application/json" },
    });
    if (!response.ok) {
      await response.body?.cancel();
      return { kind: NOT_YET.has(response.status) ? "not-yet" : "away" };
    }
    const bytes = await readAtMost(response, ANSWER_MAX_BYTES);
    return { kind: "answer", signature: bytes === null ? null : signatureIn(bytes, round) };
  } catch {
    // Refused, broken off, or too slow: the relay is of no use now.
    return { kind: "away" };
  }
};

const readAtMost = async (response: Response, maxBytes: number): Promise<Uint8Array | null> => {
  const pieces: Uint8Array[] = [];
  let readBytes = 0;
  // Leaving the loop early ends the transfer.
  for await (const piece of response.body ?? []) {
    readBytes += piece.length;
    if (readBytes > maxBytes) return null;
    pieces.push(piece);
  }
  return concatBytes(...pieces);
};

const signatureIn = (bytes: Uint8Array, round: number): Uint8Array | null => {
  const answer = answerSchema.safeParse(parseJson(bytesToUtf8(bytes) ?? ""));
  return answer.success && answer.data.round === round ? hexToBytes(answer.data.signature) : null;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
