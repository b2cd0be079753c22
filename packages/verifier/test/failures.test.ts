import { bytesToBase64, bytesToBase64Url, utf8ToBytes } from "@underseal/foundation";
import { encodeTlogProof, parseTlogProof } from "@underseal/tlog";
import { describe, expect, it } from "vitest";
import {
  explainFailure,
  type VerificationCode,
  verificationCodes,
  verificationStages,
  verifyBundle,
} from "../src/index.ts";
import {
  accountOf,
  arrivalOf,
  CLIENT,
  clientAccount,
  createChain,
  DEVICE,
  deviceOf,
  drawSeedOf,
  finishWeek,
  freelancerAccount,
  proveAll,
  receiptOf,
  SLOT,
  termsOf,
  WEEK,
} from "./builders.ts";

import {
  capturesIn,
  codeOf,
  disclosed,
  encode,
  first,
  honest,
  LATER_DEVICE,
  neutralKey,
  OTHER_ID,
  seed,
  terms,
  withChain,
  withFinish,
  world,
} from "./lying.ts";

/** One liar for each code. */
const lies: { readonly [Code in Exclude<VerificationCode, "BUNDLE_TOO_LARGE">]: () => Uint8Array } = {
  BUNDLE_NOT_CANONICAL: () => utf8ToBytes(JSON.stringify(finishWeek(honest), null, 1)),
  BUNDLE_MALFORMED: () => encode((bundle) => ({ ...bundle, extra: 1 })),
  BUNDLE_EMPTY: () => encode((bundle) => ({ ...bundle, records: [] })),
  WEEK_INVALID: () => encode((bundle) => ({ ...bundle, week: WEEK + 86_400 })),
  STATEMENT_MALFORMED: () => encode((bundle) => ({ ...bundle, devices: bundle.accounts })),

  ACCOUNT_SIGNATURE_INVALID: () =>
    withFinish({ accounts: [accountOf(world.client, { person: CLIENT }, world.stranger), freelancerAccount(world)] }),
  ACCOUNT_REPEATED: () =>
    withFinish({
      accounts: [clientAccount(world), freelancerAccount(world), accountOf(world.client, { person: CLIENT, at: WEEK })],
    }),
  ACCOUNT_UNUSED: () =>
    withFinish({
      accounts: [clientAccount(world), freelancerAccount(world), accountOf(world.stranger, { person: OTHER_ID })],
    }),

  TERMS_CONTRACT_MISMATCH: () => withFinish({ terms: [termsOf(world, { contract: OTHER_ID })] }),
  TERMS_PARTY_UNKNOWN: () => withFinish({ accounts: [freelancerAccount(world)] }),
  TERMS_PARTIES_CHANGED: () => {
    const party = { ...terms.body.client, person: OTHER_ID };
    const next = termsOf(world, { version: 2, previous: bytesToBase64Url(terms.hash), client: party });
    const accounts = [clientAccount(world), freelancerAccount(world), accountOf(world.client, { person: OTHER_ID })];
    return withFinish({ terms: [terms, next], accounts });
  },
  TERMS_SIGNATURE_INVALID: () => withFinish({ terms: [termsOf(world, {}, [world.freelancer, world.client])] }),
  TERMS_CHAIN_BROKEN: () => withFinish({ terms: [terms, termsOf(world, { version: 2, previous: neutralKey })] }),
  TERMS_KEYS_INVALID: () => {
    const weak = termsOf(world, { platform: neutralKey });
    return withChain((chain) => chain.start(seed, SLOT * 600), {}, weak);
  },
  TERMS_UNUSED: () =>
    withFinish({ terms: [terms, termsOf(world, { version: 2, previous: bytesToBase64Url(terms.hash) })] }),

  DEVICE_REPEATED: () => withFinish({ devices: [deviceOf(world), deviceOf(world, { notAfter: WEEK + 900_000 })] }),
  DEVICE_OWNER_UNKNOWN: () => withFinish({ devices: [deviceOf(world, { person: CLIENT }, world.client)] }),
  DEVICE_SIGNATURE_INVALID: () => withFinish({ devices: [deviceOf(world, {}, world.client)] }),
  DEVICE_KEY_INVALID: () => withFinish({ devices: [deviceOf(world, { sign: neutralKey })] }),
  DEVICE_UNUSED: () => withFinish({ devices: [deviceOf(world), deviceOf(world, { device: LATER_DEVICE })] }),

  RECORD_CONTRACT_MISMATCH: () => withChain((chain) => chain.start(seed, SLOT * 600, { contract: OTHER_ID })),
  RECORD_TERMS_UNKNOWN: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600);
      chain.segment(SLOT, { terms: neutralKey });
    }),
  RECORD_TERMS_NOT_IN_FORCE: () => withChain((chain) => chain.start(seed, terms.body.validFrom - 1)),
  RECORD_DEVICE_UNKNOWN: () => withFinish({ devices: [] }),
  RECORD_OUTSIDE_VALIDITY: () => withFinish({ devices: [deviceOf(world, { notAfter: (SLOT + 1) * 600 })] }),
  RECORD_SIGNATURE_INVALID: () =>
    withFinish({ devices: [deviceOf(world, { sign: bytesToBase64Url(world.stranger.signing.publicKey) })] }),
  RECORD_CHAIN_BROKEN: () => withFinish({ records: honest.chain.records.filter((_, i) => i !== 1) }),
  RECORD_WITHOUT_RUN: () => withChain((chain) => chain.segment(SLOT)),
  RECORD_OUTSIDE_WEEK: () =>
    withChain((chain) => {
      chain.start(seed, WEEK - 3_600);
      chain.segment(WEEK / 600 - 2, { stop: true });
      chain.start(seed, SLOT * 600);
      chain.segment(SLOT);
    }),
  CAPTURE_ROUND_REPEATED: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600);
      capturesIn(chain);
      capturesIn(chain);
    }),
  SEGMENT_CAPTURE_UNKNOWN: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600);
      const listed = bytesToBase64Url(capturesIn(chain).hash);
      chain.segment(SLOT, { captures: [listed, listed] });
    }),
  SEGMENT_CAPTURE_MISPLACED: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600);
      chain.segment(SLOT + 1, { captures: [bytesToBase64Url(capturesIn(chain).hash)] });
    }),
  SEGMENT_MINUTES_EXCEEDED: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600);
      chain.segment(SLOT, { minutes: 6, stop: true });
      chain.start(seed, SLOT * 600 + 400);
      chain.segment(SLOT, { minutes: 5 });
    }),
  SEGMENT_MANUAL_FORBIDDEN: () => withChain((chain) => chain.segment(SLOT, { manual: true })),
  DISCLOSURE_CAPTURE_UNKNOWN: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600);
      chain.disclosure({ capture: new Uint8Array(32), visible: new Uint8Array(1), hidden: new Uint8Array(2) });
      chain.segment(SLOT);
    }),
  DISCLOSURE_VERSION_BROKEN: () => withChain((chain) => disclosed(chain, [{ ver: 0 }, { ver: 2 }])),
  DISCLOSURE_REVEALS_MORE: () => withChain((chain) => disclosed(chain, [{ redacted: 100 }, { ver: 1, redacted: 50 }])),

  ARRIVAL_MISMATCH: () => withFinish({ arrivalOf: () => arrivalOf(world, first(honest.chain.records)) }),
  ARRIVAL_SIGNATURE_INVALID: () =>
    withFinish({ arrivalOf: (record) => arrivalOf(world, record, {}, world.stranger.signing) }),
  ARRIVAL_BEFORE_RECORD: () =>
    withFinish({ arrivalOf: (record) => arrivalOf(world, record, { at: record.body.at - 301 }) }),

  LOG_PROOF_INVALID: () => withFinish({ proofOf: () => proveAll(world, honest.chain.records)[0] ?? "" }),
  LOG_PROOF_NOT_MINIMAL: () =>
    withFinish({
      proofOf: (text) => {
        const proof = parseTlogProof(text);
        if (!proof.ok) throw new Error(proof.error.code);
        return encodeTlogProof({ ...proof.value, extra: new Uint8Array(1) });
      },
    }),
  LOG_INCONSISTENT: () => {
    // The same log, signed by its own key, with two histories of the same length.
    const { records } = honest.chain;
    const forked = proveAll(world, records.toReversed()).toReversed();
    return withFinish({ proofOf: (proof, index) => (index === 0 ? (forked[0] ?? proof) : proof) });
  },

  DRAW_START_MISPLACED: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600, { beacon: { round: Number.MAX_SAFE_INTEGER } });
      chain.segment(SLOT, { stop: true, drawSeed: bytesToBase64Url(seed) });
    }),
  DRAW_SEED_MISMATCH: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600);
      chain.segment(SLOT, { stop: true, drawSeed: bytesToBase64Url(drawSeedOf(2)) });
    }),
  DRAW_NOT_DRAWN: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600);
      capturesIn(chain);
      chain.segment(SLOT, { stop: true, drawSeed: bytesToBase64Url(seed) });
    }),
  DRAW_TOO_LONG: () => {
    const fast = termsOf(world, { draw: { source: "device", odds: 10_000, roundSeconds: 1 } });
    const devices = [0, 1, 2, 3].map((i) => `0197aaaa-0000-7000-8000-0000000000d${i}`);
    const chains = devices.map((device) => {
      const chain = createChain(world, { terms: fast, device });
      chain.start(seed, WEEK, { beacon: { round: WEEK } });
      chain.segment(SLOT, { minutes: 1, stop: true, drawSeed: bytesToBase64Url(seed), at: WEEK + 604_800 });
      return chain.records;
    });
    return withFinish({
      terms: [fast],
      devices: devices.map((device) => deviceOf(world, { device })),
      records: chains.flat(),
      blobs: [],
    });
  },

  BLOB_ORDER: () =>
    encode((bundle) => ({ ...bundle, blobs: bundle.blobs.toSorted((a, b) => (a.digest < b.digest ? 1 : -1)) })),
  BLOB_DIGEST_MISMATCH: () =>
    encode((bundle) => ({
      ...bundle,
      blobs: bundle.blobs
        .toSorted((a, b) => (a.digest < b.digest ? -1 : 1))
        .map(({ digest }) => ({ digest, bytes: bytesToBase64(new Uint8Array(96)) })),
    })),
  BLOB_MISSING: () => withFinish({ blobs: honest.blobs.slice(1) }),
  BLOB_SIZE_MISMATCH: () =>
    withFinish({ receipts: honest.blobs.map((bytes) => receiptOf(world, bytes, { bytes: bytes.length + 1 })) }),
  BLOB_UNUSED: () => withFinish({ blobs: [...honest.blobs, new Uint8Array(3)] }),
  RECEIPT_SIGNATURE_INVALID: () =>
    withFinish({ receipts: honest.blobs.map((bytes) => receiptOf(world, bytes, {}, world.stranger.signing)) }),
  RECEIPT_MISSING: () => withFinish({ receipts: honest.blobs.slice(1).map((bytes) => receiptOf(world, bytes)) }),
  RECEIPT_UNUSED: () =>
    withFinish({ receipts: [...honest.blobs, first(honest.blobs)].map((bytes) => receiptOf(world, bytes)) }),
};

describe("each way to lie is refused by its own code", () => {
  it("and the bundle without a lie is not", () => {
    expect(codeOf(withFinish({}))).toBe("ok");
    expect(
      codeOf(
        encode((bundle) => ({ ...bundle, blobs: bundle.blobs.toSorted((a, b) => (a.digest < b.digest ? -1 : 1)) })),
      ),
    ).toBe("ok");
  });

  it.each(Object.entries(lies))("%s", (code, lie) => {
    const verdict = verifyBundle(lie());
    expect(verdict.ok).toBe(false);
    if (verdict.ok) return;
    expect(verdict.error.code).toBe(code);
    expect(verificationStages).toContain(verdict.error.stage);
    expect(verdict.error.sentence).toMatch(/\.$/);
  });

  it("BUNDLE_TOO_LARGE, before anything is read", () => {
    // A length without memory behind it: only `length` may be looked at.
    const huge = { length: 512 * 1024 * 1024 + 1 } as Uint8Array;
    expect(codeOf(huge)).toBe("BUNDLE_TOO_LARGE");
  });

  it("the statement at fault is named by its hash", () => {
    const verdict = verifyBundle(lies.SEGMENT_MANUAL_FORBIDDEN());
    if (verdict.ok) throw new Error("a lie");
    expect(verdict.error.statement).toMatch(/^[\w-]{43}$/);
    expect(verdict.error.statement).not.toBe(DEVICE);
  });
});

describe("explainFailure", () => {
  it.each(verificationCodes)("has a sentence and a remedy for %s", (code) => {
    const text = explainFailure({ code });
    expect(text.match(/[.;:]/g)?.length).toBeGreaterThanOrEqual(2);
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text).not.toContain("undefined");
  });
});
