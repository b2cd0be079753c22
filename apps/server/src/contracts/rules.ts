import type { BeaconChain, StatementBody } from "@underseal/evidence";
import { base64UrlToBytes, bytesToBase64Url, equalBytes } from "@underseal/foundation";

// Which terms the platform takes part in. Pure: every rule looks at the terms and at what the platform knows.

export interface PartyKeys {
  readonly generation: number;
  readonly sign: Uint8Array;
  /** The age recipient. */
  readonly seal: string;
}

/** What terms name of the platform, and the registered keys of both sides. */
export interface TermsContext {
  readonly client: PartyKeys;
  readonly freelancer: PartyKeys;
  readonly feePermille: number;
  /** The log's policy (C2SP tlog-policy without addresses). */
  readonly logPolicy: string;
  readonly beacon: BeaconChain;
  /** The platform's public key. */
  readonly platform: Uint8Array;
}

type Terms = StatementBody<"terms">;

interface Rule {
  readonly isKept: (terms: Terms, context: TermsContext) => boolean;
  readonly sentence: (context: TermsContext) => string;
}

const rule = (sentence: string | Rule["sentence"], isKept: Rule["isKept"]): Rule => ({
  sentence: typeof sentence === "string" ? () => sentence : sentence,
  isKept,
});

const NO_PREVIOUS = bytesToBase64Url(new Uint8Array(32));
const WEEKLY_LIMIT_MIN_MINUTES = 10;

const hasKeys = (party: Terms["client"], keys: PartyKeys): boolean =>
  party.generation === keys.generation && party.seal === keys.seal && isKey(party.sign, keys.sign);

const isKey = (text: string, key: Uint8Array): boolean => {
  const bytes = base64UrlToBytes(text);
  return bytes !== null && equalBytes(bytes, key);
};

const isBeacon = (pinned: Terms["draw"]["beacon"], { publicKey, genesis, period }: BeaconChain): boolean =>
  pinned.genesis === genesis && pinned.period === period && isKey(pinned.publicKey, publicKey);

const rules: readonly Rule[] = [
  rule("The first version of a contract is version 1.", ({ version }) => version === 1),
  rule("The first version follows no other: `previous` is 32 zero bytes.", ({ previous }) => previous === NO_PREVIOUS),
  rule("The client's keys are not the ones registered.", (terms, { client }) => hasKeys(terms.client, client)),
  rule("The freelancer's keys are not the ones registered.", (terms, { freelancer }) =>
    hasKeys(terms.freelancer, freelancer),
  ),
  // The very text: whoever verifies reads the log's key and its witnesses from it.
  rule("`log` is not the policy of this platform's log.", (terms, { logPolicy }) => terms.log === logPolicy),
  rule("`draw.beacon` is not this platform's beacon.", ({ draw }, { beacon }) => isBeacon(draw.beacon, beacon)),
  rule("`platform` is not this platform's key.", (terms, { platform }) => isKey(terms.platform, platform)),
  rule(
    ({ feePermille }) => `The platform's fee is ${feePermille} per mille.`,
    (terms, { feePermille }) => terms.feePermille === feePermille,
  ),
  rule(
    "Only the profile `sealed` is there; `readable`, `local`, `blind` and `waived` are not yet.",
    ({ profile }) => profile === "sealed",
  ),
  rule(
    "Only funding by `deposit` is there; `deposit+card` and `card` are not yet.",
    ({ funding }) => funding === "deposit",
  ),
  rule("The hourly rate is at least one minor unit.", ({ rate }) => rate.amountMinor >= 1),
  rule("The deposit is at least one minor unit.", ({ depositMinor }) => depositMinor >= 1),
  rule(
    `The weekly limit is at least ${WEEKLY_LIMIT_MIN_MINUTES} minutes.`,
    ({ weeklyLimitMinutes }) => weeklyLimitMinutes >= WEEKLY_LIMIT_MIN_MINUTES,
  ),
];

/** The first rule that the terms break, as a sentence for the person who wrote them; `null` where they keep all. */
export const firstBrokenRule = (terms: Terms, context: TermsContext): string | null =>
  rules.find(({ isKept }) => !isKept(terms, context))?.sentence(context) ?? null;
