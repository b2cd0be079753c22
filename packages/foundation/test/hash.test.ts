import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concatBytes } from "../src/bytes.ts";
import { createHmacSha256, hmacSha256 } from "../src/hash.ts";
import { hashEach as hashEachInBrowsers, sha256 as sha256InBrowsers } from "../src/hash-noble.ts";
import { hashEach as hashEachInNode, sha256 as sha256InNode } from "../src/hash-node.ts";

const parts = fc.array(fc.uint8Array({ maxLength: 900 }), { maxLength: 5 });

describe("SHA-256", () => {
  it("is the same in Node and in browsers, in one part or many", () => {
    fc.assert(
      fc.property(parts, (list) => {
        const digest = sha256InNode(...list);
        expect(sha256InBrowsers(...list)).toEqual(digest);
        expect(sha256InNode(concatBytes(...list))).toEqual(digest);
      }),
    );
  });

  it("is the same at the sizes where another way of hashing begins", () => {
    for (const length of [0, 1, 16_383, 16_384, 16_385, 40_000]) {
      const message = new Uint8Array(length).fill(length & 0xff);
      const digest = sha256InBrowsers(message);
      expect(sha256InNode(message)).toEqual(digest);
      expect(sha256InNode(message.subarray(0, length >> 1), message.subarray(length >> 1))).toEqual(digest);
    }
  });

  it("hashes each of many messages as one by one, in order, in Node and in browsers", async () => {
    const messages = Array.from({ length: 150 }, (_, i) => [Uint8Array.of(i), new Uint8Array(20 * i)]);
    const expected = messages.map((message) => sha256InNode(...message));
    expect(await hashEachInNode(messages)).toEqual(expected);
    expect(await hashEachInBrowsers(messages)).toEqual(expected);
  });

  it("answers plain bytes of their own, so that a slice is a copy", () => {
    for (const sha256 of [sha256InNode, sha256InBrowsers]) {
      const digest = sha256(Uint8Array.of(1), new Uint8Array(2_000));
      expect(digest.constructor).toBe(Uint8Array);
      digest.slice().fill(0);
      expect(digest.some((byte) => byte !== 0)).toBe(true);
      expect(digest.buffer.byteLength).toBe(32);
    }
  });
});

describe("HMAC-SHA-256", () => {
  it("is what OpenSSL computes, for keys below, at and above a block", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 130 }), parts, (key, message) => {
        const expected = new Uint8Array(
          createHmac("sha256", key)
            .update(concatBytes(...message))
            .digest(),
        );
        expect(hmacSha256(key, ...message)).toEqual(expected);
      }),
    );
  });

  it("gives each message its own answer under a key prepared once", () => {
    const authenticate = createHmacSha256(Uint8Array.of(7));
    for (const message of [new Uint8Array(), Uint8Array.of(1), new Uint8Array(100)]) {
      expect(authenticate(message)).toEqual(hmacSha256(Uint8Array.of(7), message));
    }
  });
});
