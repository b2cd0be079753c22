// Reading and making terms. What a page shows comes out of the signed bytes, never out of the server's summary.
import type { ContractAnswer, PlatformAnswer, PublicKeysAnswer } from "@underseal/api";
import {
  type AccountKeys,
  countersign,
  isSignedBy,
  readStatement,
  type Statement,
  type StatementBody,
  signStatement,
} from "@underseal/evidence";
import { base64UrlToBytes, bytesToBase64Url, err, type Money, ok, type Result, reveal } from "@underseal/foundation";

export type TermsBody = StatementBody<"terms">;

export interface ReadTerms {
  readonly statement: Statement<"terms">;
  readonly role: "client" | "freelancer";
  readonly isSignedByBoth: boolean;
}

/** `FORM`: not terms; `FOREIGN`: of another contract, or without your key; `SIGNATURE`: the client did not sign them. */
export type TermsError = "FORM" | "FOREIGN" | "SIGNATURE";

const publicKey = (text: string): Uint8Array => base64UrlToBytes(text) ?? new Uint8Array();

export const readTerms = (
  contract: Pick<ContractAnswer, "contractId" | "terms">,
  keys: AccountKeys,
): Result<ReadTerms, TermsError> => {
  const terms = readStatement(contract.terms, "terms");
  if (!terms.ok) return err("FORM");
  const { contract: contractId, client, freelancer } = terms.value.body;
  const own = bytesToBase64Url(keys.signing.publicKey);
  const isOwn = (party: TermsBody["client"]) => party.sign === own && party.seal === keys.sealing.recipient;
  const role = isOwn(client) ? "client" : isOwn(freelancer) ? "freelancer" : null;
  if (contractId !== contract.contractId || role === null) return err("FOREIGN");
  const isSignedByBoth = isSignedBy(terms.value, [publicKey(client.sign), publicKey(freelancer.sign)]);
  if (!isSignedByBoth && !isSignedBy(terms.value, [publicKey(client.sign)])) return err("SIGNATURE");
  return ok({ statement: terms.value, role, isSignedByBoth });
};

/** The freelancer's signature under the very bytes that the client signed. */
export const acceptTerms = (statement: Statement<"terms">, keys: AccountKeys): Statement<"terms"> =>
  countersign(statement, reveal(keys.signing.secretKey));

type Keys = Pick<PublicKeysAnswer, "personId" | "generation" | "sign" | "seal">;

export interface Proposal {
  readonly contractId: string;
  readonly platform: PlatformAnswer;
  /** The client's. Their keys come from the keyring: a server could name a recipient of its own as theirs. */
  readonly personId: string;
  readonly freelancer: Keys;
  readonly rate: Money;
  readonly weeklyLimitHours: number;
  readonly deposit: Money;
  readonly manualTime: boolean;
  readonly redaction: TermsBody["redaction"];
}

const FIRST_VERSION = 1;
const NO_PREVIOUS = bytesToBase64Url(new Uint8Array(32));
/** Two full-HD displays fit without being halved. */
const TREE_SIZE = 2048;
/** Two captures in ten minutes on average, however often the beacon publishes. */
const SECONDS_PER_CAPTURE = 300;

/** First terms, signed by the client. */
export const signProposal = (proposal: Proposal, keys: AccountKeys): Statement<"terms"> =>
  signStatement("terms", bodyOf(proposal, keys), [reveal(keys.signing.secretKey)]);

const bodyOf = (
  { contractId, platform, personId, freelancer, ...agreed }: Proposal,
  { generation, signing, sealing }: AccountKeys,
): TermsBody => ({
  contract: contractId,
  version: FIRST_VERSION,
  previous: NO_PREVIOUS,
  client: { person: personId, generation, sign: bytesToBase64Url(signing.publicKey), seal: sealing.recipient },
  freelancer: partyOf(freelancer),
  validFrom: Math.floor(platform.nowMs / 1000),
  profile: "sealed",
  rate: { amountMinor: Number(agreed.rate.amountMinor), currency: agreed.rate.currency },
  feePermille: platform.feePermille,
  weeklyLimitMinutes: agreed.weeklyLimitHours * 60,
  manualTime: agreed.manualTime,
  funding: "deposit",
  depositMinor: Number(agreed.deposit.amountMinor),
  protection: "protection/1",
  redaction: agreed.redaction,
  treeSize: TREE_SIZE,
  draw: { odds: Math.round(SECONDS_PER_CAPTURE / platform.beacon.period), beacon: platform.beacon },
  log: platform.log,
  platform: platform.platform,
});

const partyOf = ({ personId, generation, sign, seal }: Keys): TermsBody["client"] => ({
  person: personId,
  generation,
  sign,
  seal,
});
