// The place in the log of everything that a bundle holds, each up to the first published checkpoint that covers it:
// that is what bounds its time from above. And that each of these checkpoints continues the one before.
import type { BundleManifest } from "@underseal/evidence";
import { assert, bytesToBase64Url, bytesToHex, SECOND_MS } from "@underseal/foundation";
import {
  encodeTlogProof,
  formatNote,
  parseCheckpoint,
  parseNote,
  parsePinnedPolicy,
  parseTlogProof,
} from "@underseal/tlog";
import { type LogSubject, recordSubject, revocationSubject, termsSubject, weekSubject } from "../log/index.ts";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import type { WeekContent, WeekOwners } from "./bundle-content.ts";
import type { EvidenceDeps, LogPort } from "./ports.ts";
import { weekSecondsOf } from "./week-statements.ts";

type Logged = BundleManifest["terms"][number];

export interface LoggedWeek {
  readonly terms: readonly Logged[];
  readonly revocations: readonly Logged[];
  readonly weekStatements: readonly Logged[];
  /** Proofs, in the order of the records. */
  readonly records: readonly string[];
  readonly consistency: BundleManifest["consistency"];
}

/** What a call to the log may ask for. */
const PROOFS_PER_CALL = 2_000;
/** A busy log publishes every ten seconds at least. */
const PUBLICATION_WAIT_MS = 12 * SECOND_MS;

/** `null` where something is not published in time. */
export const proveWeek = async (
  deps: EvidenceDeps,
  content: WeekContent,
  { devices }: WeekOwners,
): Promise<LoggedWeek | null> => {
  const { contractId, slots, records, weekStatement } = content;
  const terms = content.terms.map(({ envelope, body }) => ({
    envelope,
    subject: termsSubject({ contractId, version: body.version }),
  }));
  const revocations = devices.flatMap(({ deviceId, revocation }) =>
    revocation === null ? [] : [{ envelope: revocation, subject: revocationSubject(deviceId) }],
  );
  const weekS = weekSecondsOf(slots);
  const weeks =
    weekStatement === null
      ? []
      : [
          {
            envelope: weekStatement.envelope,
            subject: weekSubject({ contractId, weekS, place: weekStatement.place }),
          },
        ];
  const others = [...terms, ...revocations, ...weeks];
  const proofs = await proveAll(deps, [...others.map(({ subject }) => subject), ...records.map(recordSubject)]);
  if (proofs === null) return null;
  const fit = createPolicyFit(content.terms);
  const newest = content.terms.at(-1)?.hash;
  const logged = others.map(({ envelope }, i) => {
    const version = i < terms.length ? content.terms[i]?.hash : newest;
    return { envelope, proof: fit(proofs[i] ?? "", version) };
  });
  return {
    terms: logged.slice(0, terms.length),
    revocations: logged.slice(terms.length, terms.length + revocations.length),
    weekStatements: logged.slice(terms.length + revocations.length),
    records: records.map(({ termsHash }, i) => fit(proofs[others.length + i] ?? "", termsHash)),
    consistency: await transact(deps.database, systemActor, (transaction) =>
      proveHistory(transaction, deps.log, sizesIn(proofs)),
    ),
  };
};

/**
 * Keeps only the signatures of keys that a version of the terms names: the log's witnesses may have changed since, and
 * a verifier refuses what nothing in those terms can check.
 */
export const createPolicyFit = (terms: readonly Pick<WeekContent["terms"][number], "hash" | "body">[]) => {
  const keysByTerms = new Map(terms.map(({ hash, body }) => [bytesToHex(hash), keysIn(body.log)]));
  return (text: string, termsHash: Uint8Array | undefined): string => {
    const keys = keysByTerms.get(bytesToHex(termsHash ?? new Uint8Array()));
    const proof = parseTlogProof(text);
    const note = proof.ok ? parseNote(proof.value.checkpoint) : proof;
    assert(keys !== undefined && proof.ok && note.ok, "the log's own proofs can be read, and their terms are here");
    const signatures = note.value.signatures.filter(({ name, keyId }) => keys.has(`${name}+${keyId}`));
    if (signatures.length === note.value.signatures.length) return text;
    return encodeTlogProof({ ...proof.value, checkpoint: formatNote({ text: note.value.text, signatures }) });
  };
};

const keysIn = (policyText: string): ReadonlySet<string> => {
  const policy = parsePinnedPolicy(policyText);
  assert(policy.ok, "terms were accepted with a policy of the documented form");
  return new Set([...policy.value.logs, ...policy.value.witnesses].map(({ key }) => `${key.name}+${key.id}`));
};

/** A proof for each, in order. What is missing is waited for once. */
const proveAll = async (
  { database, log }: Pick<EvidenceDeps, "database" | "log">,
  subjects: readonly LogSubject[],
): Promise<readonly string[] | null> => {
  const read = () => transact(database, systemActor, (transaction) => readProofs(transaction, log, subjects));
  const isProven = (proof: string | null): proof is string => proof !== null;
  const found = await read();
  // Entries are published nearly in their order: with the last the others are there, or the next request finds them.
  const behind = subjects[found.lastIndexOf(null)];
  if (behind === undefined) return found.filter(isProven);
  await log.waitForPublished(behind, PUBLICATION_WAIT_MS);
  const again = await read();
  return again.every(isProven) ? again : null;
};

const readProofs = async (
  transaction: Transaction,
  log: LogPort,
  subjects: readonly LogSubject[],
): Promise<readonly (string | null)[]> => {
  const proofs: (string | null)[] = [];
  for (let from = 0; from < subjects.length; from += PROOFS_PER_CALL) {
    proofs.push(...(await log.publishedProofsOf(transaction, subjects.slice(from, from + PROOFS_PER_CALL))));
  }
  return proofs;
};

/** The sizes of the checkpoints that these proofs lead to, each once, ascending. */
const sizesIn = (proofs: readonly string[]): readonly number[] => {
  const sizes = new Map<string, number>();
  for (const proof of proofs) {
    const parsed = parseTlogProof(proof);
    assert(parsed.ok, "the log's own proofs can be read");
    const { checkpoint: text } = parsed.value;
    if (!sizes.has(text)) sizes.set(text, sizeOf(text));
  }
  return [...new Set(sizes.values())].sort((a, b) => a - b);
};

const sizeOf = (text: string): number => {
  const note = parseNote(text);
  const checkpoint = note.ok ? parseCheckpoint(note.value.text) : note;
  assert(checkpoint.ok, "the log's own checkpoints can be read");
  return checkpoint.value.size;
};

const proveHistory = async (
  transaction: Transaction,
  log: LogPort,
  sizes: readonly number[],
): Promise<BundleManifest["consistency"]> => {
  const steps: BundleManifest["consistency"] = [];
  for (const [i, newSize] of sizes.slice(1).entries()) {
    const oldSize = sizes[i] ?? 0;
    const hashes = await log.consistencyOf(transaction, { oldSize, newSize });
    steps.push({ oldSize, newSize, hashes: hashes.map(bytesToBase64Url) });
  }
  return steps;
};
