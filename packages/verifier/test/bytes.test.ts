import type { BundleManifest } from "@underseal/evidence";
import { bytesToUtf8, concatBytes } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verificationCodes, verifyBundle } from "../src/index.ts";
import { type Chain, createChain, DEVICE, deviceOf, policyOf, SLOT } from "./builders.ts";
import { LATER_DEVICE, seed } from "./lying.ts";
import { acknowledgementOf, revocationOf, weekStatementOf } from "./people.ts";
import { bytesOfWeek, roundsOf, writeOnlineWeek } from "./weeks.ts";

// The smallest bundle that has one of everything: two devices, one revoked, a run with the network and one without,
// witnesses, two checkpoints, a conflict, an acknowledgement, a week statement, rounds, sealed files.
const bytes = (() => {
  const week = writeOnlineWeek({
    ...{ startAt: SLOT * 600 + 540, seconds: 60, blobBytes: 24 },
    terms: { log: policyOf(writeOnlineWeek().world, "separate") },
  });
  const { world, terms, chain } = week;
  const offline = createChain(world, { terms, device: LATER_DEVICE });
  offline.start(seed, SLOT * 600);
  offline.segment(SLOT, { minutes: 1, stop: true });
  const records = [...chain.records, ...offline.records];
  const disclosure = chain.records.find(({ name }) => name === "disclosure");
  if (disclosure === undefined) throw new Error("a disclosure");
  const cosign = () => world.witnesses.slice(0, 2).map((witness) => ({ witness, time: (SLOT + 1) * 600 }));
  return bytesOfWeek(week, {
    records,
    devices: [deviceOf(world), deviceOf(world, { device: LATER_DEVICE })],
    revocations: [revocationOf(world, { device: LATER_DEVICE })],
    conflicts: [restartOf(createChain(world, { terms }))],
    acknowledgements: [acknowledgementOf(world, disclosure)],
    weekStatement: weekStatementOf(world, records),
    log: { cosign, published: [3] },
  });
})();

function restartOf(chain: Chain) {
  return chain.start(seed, SLOT * 600 + 1, { device: DEVICE });
}

const manifestEnd = bytes.indexOf(0);
const manifestText = bytesToUtf8(bytes.subarray(0, manifestEnd)) ?? "";
const manifest: BundleManifest = JSON.parse(manifestText);

/** [from, to) of each field's value in the file, so that small fields are damaged as often as large ones. */
const spans = Object.entries(manifest).map(([field, value]) => {
  const text = JSON.stringify(value);
  const from = manifestText.indexOf(`"${field}":${text}`) + field.length + 3;
  return { field, from, to: from + text.length };
});

/**
 * Rounds without a capture are taken as they are unless every round is asked for: the one thing whose bytes may change
 * and leave the bundle valid, and the verdict says so. See the test about them.
 */
const everyRound = { everyRound: true };

const expectRefused = (damaged: Uint8Array, what: string): void => {
  const verdict = verifyBundle(damaged, everyRound);
  expect(verdict.ok, what).toBe(false);
  if (!verdict.ok) expect(verificationCodes, what).toContain(verdict.error.code);
};

const flipped = (at: number, bit: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit));
const around = (at: number): string => JSON.stringify(new TextDecoder().decode(bytes.subarray(at - 20, at + 20)));

/** Somewhere in the file: in one of the manifest's fields, at the zero byte, or in the sealed files. */
const anyPlace = fc.oneof(
  ...spans.map(({ from, to }) => fc.integer({ min: from, max: to - 1 })),
  fc.constantFrom(0, manifestEnd - 1, manifestEnd, manifestEnd + 1),
  fc.integer({ min: manifestEnd, max: bytes.length - 1 }),
  fc.nat(bytes.length - 1),
);

describe("every byte of a bundle counts", () => {
  it("is valid as it was made, and has one of everything", () => {
    expect(verifyBundle(bytes, everyRound).ok).toBe(true);
    for (const [field, value] of Object.entries(manifest)) {
      if (Array.isArray(value)) expect(value, field).not.toHaveLength(0);
    }
    for (const { field, from } of spans) expect(from, field).toBeGreaterThan(field.length + 2);
  });

  it("with any bit flipped it is refused by a typed failure", () => {
    fc.assert(
      fc.property(anyPlace, fc.nat(7), (at, bit) => {
        expectRefused(flipped(at, bit), `byte ${at} bit ${bit}: ${around(at)}`);
      }),
      { numRuns: 250 },
    );
  }, 120_000);

  it("with any byte left out or doubled it is refused", () => {
    fc.assert(
      fc.property(anyPlace, (at) => {
        expectRefused(concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1)), `without byte ${at}: ${around(at)}`);
        expectRefused(concatBytes(bytes.subarray(0, at + 1), bytes.subarray(at)), `byte ${at} twice: ${around(at)}`);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it("with anything put in, in front or behind it is refused", () => {
    fc.assert(
      fc.property(
        fc.oneof(anyPlace, fc.constantFrom(0, bytes.length)),
        fc.oneof(fc.constantFrom(0, 10, 32), fc.nat(255)),
        (at, byte) => {
          const more = concatBytes(bytes.subarray(0, at), Uint8Array.of(byte), bytes.subarray(at));
          expectRefused(more, `${byte} before byte ${at}: ${around(at)}`);
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);

  it("cut anywhere it is refused", () => {
    for (let length = 0; length < bytes.length; length += 311) {
      expectRefused(bytes.subarray(0, length), `${length} bytes`);
    }
    for (const length of [manifestEnd - 1, manifestEnd, manifestEnd + 1, bytes.length - 1]) {
      expectRefused(bytes.subarray(0, length), `${length} bytes`);
    }
  });

  it("with any list emptied, shortened or with an item twice it is refused", () => {
    for (const [field, value] of Object.entries(manifest)) {
      if (!Array.isArray(value)) continue;
      for (const list of [[], value.slice(0, -1), [...value, value.at(-1)]]) {
        const text = JSON.stringify({ ...manifest, [field]: list });
        const damaged = concatBytes(new TextEncoder().encode(text), bytes.subarray(manifestEnd));
        const isOptional = OPTIONAL.has(field) && list.length < value.length;
        expect(verifyBundle(damaged, everyRound).ok, `${field} with ${list.length} items`).toBe(isOptional);
      }
    }
  });

  it.runIf(process.env.SLOW === "1")(
    "with each single byte flipped in turn it is refused (SLOW=1)",
    () => {
      for (let at = 0; at < bytes.length; at += 1) expectRefused(flipped(at, at % 8), `byte ${at}`);
    },
    3_600_000,
  );

  it("is total: any bytes are an answer", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (random) => expectRefused(random, "random bytes")));
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), (json) => {
        expectRefused(new TextEncoder().encode(json), json);
        expectRefused(new TextEncoder().encode(`${json}\0`), json);
      }),
      { numRuns: 50 },
    );
  });

  it("is total: any JSON in the place of any field is an answer", () => {
    fc.assert(
      fc.property(fc.constantFrom(...spans), fc.json({ maxDepth: 2 }), ({ from, to }, json) => {
        const text = `${manifestText.slice(0, from)}${json}${manifestText.slice(to)}`;
        const damaged = concatBytes(new TextEncoder().encode(text), bytes.subarray(manifestEnd));
        const verdict = verifyBundle(damaged, everyRound);
        if (!verdict.ok) expect(verificationCodes).toContain(verdict.error.code);
      }),
      { numRuns: 60 },
    );
  });
});

/**
 * What a bundle may lack and still be valid. The platform can leave them out, and the verdict then proves less: no
 * revocation, no conflict, no acknowledgement, nobody's word for the whole week, and draws that are unchecked.
 */
const OPTIONAL = new Set(["acknowledgements", "conflicts", "revocations", "rounds", "weekStatements"]);

describe("the rounds without a capture", () => {
  it("are the only bytes that the quick check does not verify", () => {
    const { world, rounds, captures } = writeOnlineWeek({ startAt: SLOT * 600 + 540, seconds: 60 });
    const from = rounds[0]?.from ?? 0;
    const taken = from + 1;
    expect(captures.map(({ body }) => body.beacon.round)).not.toContain(taken);
    const honest = roundsOf(world, { from, to: from + 19 }).signatures;
    const at = manifestText.indexOf(honest) + (taken - from) * 64;
    expect(at).toBeGreaterThan((taken - from) * 64);
    const damaged = bytes.with(at + 20, bytes[at + 20] === 65 ? 66 : 65);
    expect(verifyBundle(damaged).ok).toBe(true);
    expect(verifyBundle(damaged, everyRound)).toMatchObject({ ok: false, error: { code: "BEACON_INVALID" } });
  });
});
