import { type BeaconChain, isBeaconKey, isSignedBy, type Statement } from "@underseal/evidence";
import { bytesToBase64Url, ok, type Result } from "@underseal/foundation";
import { isAcceptablePublicKey, type Policy, parsePinnedPolicy } from "@underseal/tlog";
import { type Accounts, accountKey } from "./accounts.ts";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle } from "./parse.ts";

/** One version of what both parties signed, with the keys it names for the log, the beacon and the platform. */
export interface AgreedTerms {
  readonly statement: Statement<"terms">;
  /** Which log must hold the records, and who watches it. */
  readonly policy: Policy;
  readonly chain: BeaconChain;
  readonly platformKey: Uint8Array;
}

/** By statement hash, base64url. In the order of their versions. */
export type TermsByHash = ReadonlyMap<string, AgreedTerms>;

const FIRST_PREVIOUS = bytesToBase64Url(new Uint8Array(32));

/** Both parties signed each version with the keys of their accounts, and the versions follow one another. */
export const checkTerms = (bundle: ParsedBundle, accounts: Accounts): Result<TermsByHash, VerificationFailure> => {
  const byHash = new Map<string, AgreedTerms>();
  const named = new Set(bundle.records.map(({ statement }) => statement.body.terms));
  let before: Statement<"terms"> | null = null;
  for (const { statement: version } of bundle.terms) {
    if (version.body.contract !== bundle.contract) return refuse("TERMS_CONTRACT_MISMATCH", version);
    if (!hasKnownParties(version, accounts)) return refuse("TERMS_PARTY_UNKNOWN", version);
    if (before !== null && !hasSamePeople(before, version)) return refuse("TERMS_PARTIES_CHANGED", version);
    if (!isSignedByBoth(version)) return refuse("TERMS_SIGNATURE_INVALID", version);
    if (!follows(version, before)) return refuse("TERMS_CHAIN_BROKEN", version);
    const agreed = readKeys(version);
    if (agreed === null) return refuse("TERMS_KEYS_INVALID", version);
    const hash = bytesToBase64Url(version.hash);
    if (!named.has(hash)) return refuse("TERMS_UNUSED", version);
    byHash.set(hash, agreed);
    before = version;
  }
  return ok(byHash);
};

const hasKnownParties = ({ body }: Statement<"terms">, accounts: Accounts): boolean =>
  body.client.person !== body.freelancer.person &&
  [body.client, body.freelancer].every((party) => {
    const account = accounts.get(accountKey(party))?.body;
    return account !== undefined && account.sign === party.sign && account.seal === party.seal;
  });

const hasSamePeople = (a: Statement<"terms">, b: Statement<"terms">): boolean =>
  a.body.client.person === b.body.client.person && a.body.freelancer.person === b.body.freelancer.person;

const isSignedByBoth = (version: Statement<"terms">): boolean =>
  isSignedBy(version, [bytesOf(version.body.client.sign), bytesOf(version.body.freelancer.sign)]);

/** Versions that no record names may be left out, so only neighbours can be compared. */
const follows = ({ body }: Statement<"terms">, before: Statement<"terms"> | null): boolean => {
  if ((body.version === 1) !== (body.previous === FIRST_PREVIOUS)) return false;
  if (before === null) return true;
  if (body.version <= before.body.version) return false;
  return body.version > before.body.version + 1 || body.previous === bytesToBase64Url(before.hash);
};

const readKeys = (statement: Statement<"terms">): AgreedTerms | null => {
  const policy = parsePinnedPolicy(statement.body.log);
  const platformKey = bytesOf(statement.body.platform);
  const { publicKey, genesis, period } = statement.body.draw.beacon;
  const chain = { publicKey: bytesOf(publicKey), genesis, period };
  const areSound = policy.ok && isAcceptablePublicKey(platformKey) && isBeaconKey(chain.publicKey);
  return areSound ? { statement, policy: policy.value, chain, platformKey } : null;
};
