import { createTestRandom, utf8ToBytes } from "@underseal/foundation";
import fc from "fast-check";
import { expect, it } from "vitest";
import { publicKeyOf, signEd25519 } from "../src/ed25519.ts";
import { engine } from "../src/signature-node.ts";
import { packClaims, unpackClaims } from "../src/signature-packing.ts";
import { createSignaturePool } from "../src/signature-pool.ts";

const random = createTestRandom(9);
const claimOf = (i: number, isForged: boolean) => {
  const seed = random.bytes(32);
  const message = utf8ToBytes(`message ${"x".repeat(i)}`);
  const signature = signEd25519({ seed, message });
  if (isForged) signature[i % 64] = (signature[i % 64] ?? 0) ^ 1;
  return { publicKey: publicKeyOf(seed), message, signature };
};

it("claims come out of a buffer as they were put in", () => {
  const claim = fc.record({
    publicKey: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    signature: fc.uint8Array({ minLength: 64, maxLength: 64 }),
    message: fc.uint8Array({ maxLength: 300 }),
  });
  fc.assert(
    fc.property(fc.array(claim, { maxLength: 5 }), (claims) => {
      expect(unpackClaims(packClaims(claims))).toEqual(claims);
    }),
  );
});

it("few claims are decided on this thread, many on another, and each gets its own answer", async () => {
  let here = 0;
  const { verify: verifyLater } = createSignaturePool({
    ...engine,
    verifyEd25519: (claim) => {
      here += 1;
      return engine.verifyEd25519(claim);
    },
  });
  for (const count of [1, 3, 40, 2, 70]) {
    here = 0;
    const claims = Array.from({ length: count }, (_, i) => claimOf(i, i % 3 === 1));
    expect(await Promise.all(claims.map(verifyLater))).toEqual(claims.map((_, i) => i % 3 !== 1));
    expect(here).toBe(count < 4 ? count : 0);
  }
});

it("batches that overtake nothing are answered in their order", async () => {
  const { verify: verifyLater } = createSignaturePool(engine);
  const batches = [30, 5, 12].map((count, n) => Array.from({ length: count }, (_, i) => claimOf(i, i % 2 === n % 2)));
  const answers: Promise<boolean[]>[] = [];
  for (const batch of batches) {
    answers.push(Promise.all(batch.map(verifyLater)));
    await new Promise(setImmediate);
  }
  expect(await Promise.all(answers)).toEqual(batches.map((batch, n) => batch.map((_, i) => i % 2 !== n % 2)));
});

it("signatures that are made on another thread are those of this one, whatever seeds take turns", async () => {
  const { signAll } = createSignaturePool(engine);
  const seeds = [random.bytes(32), random.bytes(32)] as const;
  for (const [i, count] of [0, 2, 30, 5, 40].entries()) {
    const seed = seeds[i % 2] ?? seeds[0];
    const messages = Array.from({ length: count }, (_, n) => utf8ToBytes(`${i} ${"y".repeat(n)}`));
    expect(await signAll(seed, messages)).toEqual(messages.map((message) => signEd25519({ seed, message })));
  }
});
