import { readFile } from "node:fs/promises";
import { assert, createSystemRandom, createTestRandom, utf8ToBytes } from "@underseal/foundation";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadAuthority } from "../../src/log/anchor.ts";
import { requestTimestamp } from "../../src/log/timestamp.ts";
import { type Timestamp, type TimestampError, verifyTimestamp } from "../../src/log/timestamp-token.ts";
import { type Authority, type AuthorityServer, createAuthority, serveAuthority } from "./authority.ts";

/** Every byte takes half a minute. */
const FLIP_STEP = process.env.SLOW === "1" ? 1 : 13;
const DATA = utf8ToBytes("log.example\n7\nroot\n");
let good: Authority;
let other: Authority;
let server: AuthorityServer;

beforeAll(async () => {
  good = await createAuthority();
  other = await createAuthority();
  server = await serveAuthority(async () => null);
});
afterAll(() => server.stop());

const trustedOf = async (...authorities: readonly Authority[]): Promise<readonly Uint8Array[]> => {
  const loaded = await Promise.all(authorities.map(({ certificateFile }) => loadAuthority("", certificateFile)));
  return loaded.flatMap((authority) => (authority.ok ? authority.value.trusted : []));
};

const ask = async (
  answer: AuthorityServer["answer"],
  { trusted, timeoutMs = 5_000 }: { readonly trusted?: readonly Uint8Array[]; readonly timeoutMs?: number } = {},
) => {
  server.answer = answer;
  const random = createSystemRandom();
  const believed = trusted ?? (await trustedOf(good));
  return requestTimestamp({ url: server.url, trusted: believed, fetch, random, timeoutMs }, DATA);
};

const replyOf =
  (authority: Authority, change: (response: Uint8Array) => Uint8Array = (same) => same): AuthorityServer["answer"] =>
  async (request) => ({ status: 200, body: change(await authority.reply(request)) });

const refusal = (code: TimestampError["code"]) => ({ ok: false, error: { code } });

describe("a timestamp of a real authority", () => {
  test("is believed, and OpenSSL believes the stored answer too", async () => {
    const timestamp = await ask(replyOf(good));
    assert(timestamp.ok, timestamp.ok ? "" : timestamp.error.code);
    expect(Math.abs(timestamp.value.time.getTime() - Date.now())).toBeLessThan(60_000);
    expect(await good.verify({ data: DATA, response: timestamp.value.response })).toBe(true);
    expect(await good.verify({ data: utf8ToBytes("other"), response: timestamp.value.response })).toBe(false);
  });

  test("is believed where the authority has a key on a curve, and is one of several that are trusted", async () => {
    const curve = await createAuthority({ key: "ec:prime256v1" });
    expect(await ask(replyOf(curve), { trusted: await trustedOf(other, curve) })).toMatchObject({ ok: true });
  });

  test("is not believed from an authority that nobody trusts", async () => {
    expect(await ask(replyOf(other))).toMatchObject(refusal("TSA_UNTRUSTED"));
    expect(await ask(replyOf(good), { trusted: [] })).toMatchObject(refusal("TSA_UNTRUSTED"));
  });

  test("is not believed from a certificate of the same CA that is for something else", async () => {
    const forging: AuthorityServer["answer"] = async (request) => ({
      status: 200,
      body: await good.replyWithWrongPurpose(request),
    });
    expect(await ask(forging)).toMatchObject(refusal("TSA_UNTRUSTED"));
  });
});

describe("an answer that is not to this request", () => {
  const askedBefore = async (change: (query: Uint8Array) => Uint8Array): Promise<AuthorityServer["answer"]> => {
    return async (request) => ({ status: 200, body: await good.reply(change(request)) });
  };

  test("over other bytes", async () => {
    const isInDigest = 30;
    const flipped = await askedBefore((query) => query.map((byte, i) => (i === isInDigest ? byte ^ 1 : byte)));
    expect(await ask(flipped)).toMatchObject(refusal("TSA_IMPRINT"));
  });

  test("with another nonce, or an older answer", async () => {
    let first: Uint8Array | null = null;
    const replay: AuthorityServer["answer"] = async (request) => {
      first ??= await good.reply(request);
      return { status: 200, body: first };
    };
    expect(await ask(replay)).toMatchObject({ ok: true });
    expect(await ask(replay)).toMatchObject(refusal("TSA_NONCE"));
  });
});

describe("what is no timestamp", () => {
  test.each<[string, AuthorityServer["answer"], TimestampError["code"]]>([
    ["no answer", async () => null, "TSA_UNREACHABLE"],
    ["an HTTP error", async () => ({ status: 503, body: new Uint8Array() }), "TSA_STATUS"],
    ["nothing", async () => ({ status: 200, body: new Uint8Array() }), "TSA_MALFORMED"],
    ["a page", async () => ({ status: 200, body: utf8ToBytes("<html>") }), "TSA_MALFORMED"],
    ["a huge answer", async () => ({ status: 200, body: new Uint8Array(2_000_000) }), "TSA_TOO_LARGE"],
    ["brackets in brackets", async () => ({ status: 200, body: nested(20_000) }), "TSA_MALFORMED"],
    ["something behind it", replyOf2((response) => Uint8Array.of(...response, 0, 0)), "TSA_MALFORMED"],
    ["a refusal", async () => ({ status: 200, body: await good.reply(utf8ToBytes("no query")) }), "TSA_REFUSED"],
  ])("%s", async (_, answer, code) => {
    expect(await ask(answer)).toMatchObject(refusal(code));
  });

  test("an answer that does not come", async () => {
    const never: AuthorityServer["answer"] = () => new Promise(() => {});
    expect(await ask(never, { timeoutMs: 100 })).toMatchObject(refusal("TSA_UNREACHABLE"));
  });
});

/** As `replyOf(good, …)`, for tables that are made before there is an authority. */
function replyOf2(change: (response: Uint8Array) => Uint8Array): AuthorityServer["answer"] {
  return (request) => replyOf(good, change)(request);
}

/** Sequences in sequences of unknown length. */
function nested(depth: number): Uint8Array {
  return Uint8Array.from({ length: depth * 2 }, (_, i) => (i % 2 === 0 ? 0x30 : 0x80));
}

describe("an answer that was damaged", () => {
  let query: Parameters<typeof verifyTimestamp>[0];
  let original: Timestamp;

  beforeAll(async () => {
    let nonce = new Uint8Array();
    const timestamp = await ask(async (request) => {
      const tag = request.lastIndexOf(0x02, request.length - 11);
      nonce = request.slice(tag + 2, tag + 10);
      return { status: 200, body: await good.reply(request) };
    });
    assert(timestamp.ok, "there is a timestamp");
    original = timestamp.value;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(DATA)));
    query = { data: DATA, digest, nonce, response: original.response, trusted: await trustedOf(good) };
    expect(await verifyTimestamp(query)).toMatchObject({ ok: true });
  });

  test("cut at any place is refused with a reason", async () => {
    for (let length = 0; length < original.response.length; length += 7) {
      expect((await verifyTimestamp({ ...query, response: original.response.slice(0, length) })).ok).toBe(false);
    }
  });

  test("with any byte flipped is refused with a reason, or says the same as before", async () => {
    const random = createTestRandom(77);
    let accepted = 0;
    let tried = 0;
    for (let at = 0; at < original.response.length; at += FLIP_STEP) {
      tried += 1;
      const mask = 1 << ((random.bytes(1)[0] ?? 0) % 8);
      const response = original.response.map((byte, i) => (i === at ? byte ^ mask : byte));
      const verified = await verifyTimestamp({ ...query, response });
      if (!verified.ok) continue;
      accepted += 1;
      expect(verified.value.time).toEqual(original.time);
    }
    // What no signature covers: the status, and which certificates come along.
    expect(accepted / tried).toBeLessThan(0.5);
  });
});

test("a file without certificates is refused when the log opens", async () => {
  const loaded = await loadAuthority("https://tsa.example", import.meta.filename);
  expect(loaded).toMatchObject({ ok: false, error: { code: "LOG_TSA_CERTIFICATE_INVALID" } });
  expect(await readFile(good.certificateFile, "utf8")).toContain("BEGIN CERTIFICATE");
});
