// One liar for each code about records and their arrivals.
import { bytesToBase64Url } from "@underseal/foundation";
import type { VerificationCode } from "../src/index.ts";
import { arrivalOf, createChain, deviceOf, SLOT, termsOf, WEEK } from "./builders.ts";
import {
  capturesIn,
  disclosed,
  first,
  honest,
  neutralKey,
  OTHER_ID,
  seed,
  terms,
  withChain,
  withFinish,
  world,
} from "./lying.ts";
import { revocationOf } from "./people.ts";

type Lie = () => Uint8Array;

export const LIES_OF_RECORDS = {
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
  RECORD_PROFILE_FORBIDS: () =>
    withChain(
      (chain) => {
        chain.start(seed, SLOT * 600);
        capturesIn(chain);
        chain.segment(SLOT);
      },
      {},
      termsOf(world, { profile: "blind" }),
    ),
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
  CAPTURE_OUTSIDE_RUN: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600 + 60);
      chain.capture(SLOT * 200 + 20);
      chain.segment(SLOT, { minutes: 9 });
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
      chain.start(seed, SLOT * 600 + 300);
      chain.segment(SLOT, { minutes: 5 });
    }),
  SEGMENT_OUTSIDE_RUN: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600 + 540);
      chain.segment(SLOT, { minutes: 2 });
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
  CONFLICT_MISPLACED: () => withFinish({ conflicts: [first(honest.chain.records)] }),
  CONFLICT_SIGNATURE_INVALID: () => {
    const forged = createChain(world, { terms, key: world.stranger.signing });
    return withFinish({ conflicts: [forged.start(seed, SLOT * 600)] });
  },
  RECORD_AFTER_REVOCATION: () => withFinish({ revocations: [revocationOf(world, { at: SLOT * 600 })] }),
} as const satisfies Partial<Record<VerificationCode, Lie>>;
