// One liar for each code about the log, the draws, what people sign beside the records, and the sealed files.
import { sha256 } from "@underseal/evidence";
import { bytesToBase64Url, concatBytes, utf8ToBytes } from "@underseal/foundation";
import { encodeTlogProof, parseTlogProof } from "@underseal/tlog";
import type { VerificationCode } from "../src/index.ts";
import { type Chain, policyOf, proveAll, receiptOf, SLOT, signatureOf, termsOf } from "./builders.ts";
import {
  capturesIn,
  encode,
  first,
  honest,
  seed,
  sortKeys,
  terms,
  withChain,
  withFinish,
  withOnline,
  world,
} from "./lying.ts";
import { acknowledgementOf, WEEK_END, weekStatementOf } from "./people.ts";
import { bytesOfWeek, drawSeedOf, finishWeek, roundsOf, writeHonestWeek } from "./weeks.ts";

type Lie = () => Uint8Array;

/** Of the run that the beacon drew. */
const START_ROUND = SLOT * 200 + 160;
const END_ROUND = START_ROUND + 60;

const disclosures = honest.chain.records.filter(({ name }) => name === "disclosure");

export const LIES_OF_PROOFS = {
  LOG_PROOF_INVALID: () =>
    withFinish({ proofOf: () => proveAll(world, [terms, ...honest.chain.records]).proofs[1] ?? "" }),
  LOG_PROOF_NOT_MINIMAL: () =>
    withFinish({
      proofOf: (text) => {
        const proof = parseTlogProof(text);
        if (!proof.ok) throw new Error(proof.error.code);
        return encodeTlogProof({ ...proof.value, extra: new Uint8Array(1) });
      },
    }),
  LOG_QUORUM_MISSING: () => {
    const [witness = world.log] = world.witnesses;
    const cosign = () => [{ witness, time: SLOT * 600 }];
    return bytesOfWeek(writeHonestWeek({ terms: { log: policyOf(world, "separate") } }), { log: { cosign } });
  },
  LOG_CHANGED: () => {
    const previous = bytesToBase64Url(terms.hash);
    const log = policyOf({ ...world, log: { ...world.log, name: "other.example/log" } });
    const next = termsOf(world, { version: 2, previous, log, validFrom: (SLOT + 1) * 600 });
    const write = (chain: Chain) => {
      chain.start(seed, SLOT * 600);
      chain.segment(SLOT);
      chain.segment(SLOT + 1, { terms: bytesToBase64Url(next.hash) });
    };
    return withChain(write, { terms: [terms, next] });
  },
  LOG_CONSISTENCY_MISSING: () => encode((bundle) => ({ ...bundle, consistency: [] }), { log: { published: [3] } }),
  /** The same log, signed by its own key, with two histories of the same length. */
  LOG_INCONSISTENT: () => {
    const { proofs } = proveAll(world, [terms, ...honest.chain.records.toReversed()]);
    const forked = proofs.slice(1).toReversed();
    return withFinish({ proofOf: (proof, index) => (index === 0 ? (forked[0] ?? proof) : proof) });
  },
  ROUNDS_MALFORMED: () => withOnline({ rounds: [{ from: 1, signatures: bytesToBase64Url(new Uint8Array(47)) }] }),
  ROUNDS_UNUSED: () => withOnline({ rounds: [roundsOf(world, { from: START_ROUND + 1, to: END_ROUND + 1 })] }),
  BEACON_INVALID: () =>
    withChain((chain) => {
      const sig = bytesToBase64Url(signatureOf(world.beaconSecret, 7));
      chain.start("beacon", SLOT * 600, { beacon: { round: SLOT * 200, sig } });
      chain.segment(SLOT, { stop: true });
    }),
  DRAW_SOURCE_MIXED: () =>
    withChain((chain) => {
      chain.start("beacon", SLOT * 600);
      chain.capture(SLOT * 200 + 5, { beacon: { round: SLOT * 200 + 5 } });
      chain.segment(SLOT, { stop: true });
    }),
  DRAW_SEED_MISPLACED: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600);
      chain.segment(SLOT, { stop: true, drawSeed: undefined });
    }),
  DRAW_START_MISPLACED: () =>
    withChain((chain) => {
      chain.start(seed, SLOT * 600, { beacon: { round: Number.MAX_SAFE_INTEGER } });
      chain.segment(SLOT, { stop: true });
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
      chain.segment(SLOT, { stop: true });
    }),
  ACKNOWLEDGEMENT_MISPLACED: () => withFinish({ acknowledgements: [acknowledgementOf(world, first(honest.captures))] }),
  ACKNOWLEDGEMENT_SIGNATURE_INVALID: () =>
    withFinish({ acknowledgements: [acknowledgementOf(world, first(disclosures), {}, world.freelancer)] }),
  WEEK_STATEMENT_MISPLACED: () =>
    withFinish({ weekStatement: weekStatementOf(world, honest.chain.records, { at: WEEK_END - 1 }) }),
  WEEK_STATEMENT_SIGNATURE_INVALID: () =>
    withFinish({ weekStatement: weekStatementOf(world, honest.chain.records, {}, world.stranger.signing) }),
  WEEK_STATEMENT_MISMATCH: () =>
    withFinish({ weekStatement: weekStatementOf(world, honest.chain.records.slice(0, -1)) }),
  BLOB_ORDER: () => {
    const { manifest, files } = finishWeek(honest);
    const blobs = files.map((bytes) => ({ digest: bytesToBase64Url(sha256(bytes)), bytes: bytes.length })).toReversed();
    return concatBytes(utf8ToBytes(sortKeys({ ...manifest, blobs })), Uint8Array.of(0), ...files.toReversed());
  },
  BLOB_DIGEST_MISMATCH: () => {
    const bytes = withFinish({});
    return bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1);
  },
  BLOB_MISSING: () => withFinish({ blobs: honest.blobs.slice(1) }),
  BLOB_SIZE_MISMATCH: () =>
    withFinish({ receipts: honest.blobs.map((bytes) => receiptOf(world, bytes, { bytes: bytes.length + 1 })) }),
  BLOB_UNUSED: () => withFinish({ blobs: [...honest.blobs, new Uint8Array(3)] }),
  RECEIPT_SIGNATURE_INVALID: () =>
    withFinish({ receipts: honest.blobs.map((bytes) => receiptOf(world, bytes, {}, world.stranger.signing)) }),
  RECEIPT_MISSING: () => withFinish({ receipts: honest.blobs.slice(1).map((bytes) => receiptOf(world, bytes)) }),
  RECEIPT_UNUSED: () =>
    withFinish({ receipts: [...honest.blobs, first(honest.blobs)].map((bytes) => receiptOf(world, bytes)) }),
} as const satisfies Partial<Record<VerificationCode, Lie>>;
