// Terms by their hash. What both signed never changes and takes long to read, so it is kept; when the next version
// ends them is asked again in each transaction.
import { bytesToBase64Url } from "@underseal/foundation";
import type { Transaction } from "../../platform/postgres/transact.ts";
import { createRecent } from "../../platform/recent.ts";
import type { EvidenceDeps, SignedTerms } from "../ports.ts";
import { decoded } from "../store/runs.ts";

/** Those of these that both signed, by their hash as it stands in records. */
export type TermsOf = (
  transaction: Transaction,
  hashes: readonly string[],
) => Promise<ReadonlyMap<string, SignedTerms>>;

/** About 12 KB each. */
const TERMS_MAX = 5_000;

export const createTermsOf = ({ contracts }: Pick<EvidenceDeps, "contracts">): TermsOf => {
  const known = createRecent<SignedTerms>(TERMS_MAX);
  return async (transaction, hashes) => {
    const found = new Map<string, SignedTerms>();
    const ends = await contracts.termsEnds(transaction, hashes.map(decoded));
    for (const { hash, validUntilMs } of ends) {
      const id = bytesToBase64Url(hash);
      const terms = known.get(id) ?? (await contracts.termsByHash(transaction, hash));
      if (terms === null) continue;
      known.set(id, terms);
      found.set(id, { ...terms, validUntilMs });
    }
    return found;
  };
};
