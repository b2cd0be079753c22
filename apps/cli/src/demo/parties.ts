// The two invented people of the demo, with keys of their own, and their contract.
import { contractRoutes, deviceRoutes, moneyRoutes, type PlatformAnswer, peopleRoutes } from "@underseal/api";
import {
  type AccountKeys,
  accountKeysOf,
  countersign,
  phraseOf,
  readStatement,
  recoveryCodeOf,
  recoveryKeyOf,
  type StatementBody,
  signStatement,
} from "@underseal/evidence";
import { sealSeed } from "@underseal/evidence/seal";
import {
  bytesToBase64,
  bytesToBase64Url,
  bytesToHex,
  type Clock,
  type ContractId,
  createId,
  type Random,
  type Redacted,
  redact,
  reveal,
} from "@underseal/foundation";
import { createSession, DemoError, must, type Session } from "./session.ts";

export interface Party {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly personId: string;
  readonly session: Session;
  readonly keys: AccountKeys;
  readonly recoveryCode: Redacted<string>;
}

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly baseUrl: string;
}

const GENERATION = 1;
const ZERO_HASH = bytesToBase64Url(new Uint8Array(32));
const DAY_SECONDS = 24 * 60 * 60;
const CERTIFICATE_DAYS = 90;
/** Two captures in ten minutes on average. */
const CAPTURES_EVERY_SECONDS = 300;

/** Signs up, makes the account seed and its recovery code, and publishes the public half. */
export const createParty = async (
  deps: Deps,
  { name, kind }: { readonly name: string; readonly kind: "client" | "freelancer" },
): Promise<Party> => {
  const email = `${kind}-${bytesToHex(deps.random.bytes(4))}@demo.example`;
  const password = bytesToBase64Url(deps.random.bytes(18));
  const session = createSession(deps.baseUrl);
  const { personId } = await must(session.api, peopleRoutes.signUp, { body: { email, password, name, kind } });
  await session.signIn({ email, password });
  const seed = redact(deps.random.bytes(32));
  const recoveryCode = recoveryCodeOf(deps.random.bytes(32));
  const recoveryKey = recoveryKeyOf(reveal(recoveryCode));
  if (recoveryKey === null) throw new DemoError("a recovery code that was just made is not one");
  const keys = accountKeysOf(seed, GENERATION);
  const account = signStatement(
    "account",
    {
      person: personId,
      generation: GENERATION,
      sign: bytesToBase64Url(keys.signing.publicKey),
      seal: keys.sealing.recipient,
      at: Math.floor(deps.clock.now() / 1000),
    },
    [reveal(keys.signing.secretKey)],
  );
  const box = bytesToBase64(await sealSeed(seed, recoveryKey.recipient));
  await must(session.api, peopleRoutes.putMyKeys, {
    body: { account: account.envelope, seedBoxes: [{ opensWith: "recovery", box }] },
  });
  return { name, email, password, personId, session, keys, recoveryCode };
};

export interface DemoContract {
  readonly contractId: ContractId;
  readonly phrase: string;
  readonly terms: StatementBody<"terms">;
  /** What records name the terms by, base64url. */
  readonly termsHash: string;
}

interface Agreeing {
  readonly client: Party;
  readonly freelancer: Party;
  readonly odds?: number;
  readonly redaction?: StatementBody<"terms">["redaction"];
}

/** The client proposes signed terms, the freelancer checks and signs the same bytes. */
export const agreeOnTerms = async (
  deps: Deps,
  { client, freelancer, odds, redaction }: Agreeing,
): Promise<DemoContract> => {
  const platform = await must(client.session.api, contractRoutes.getPlatform, {});
  const agreed = termsBody(deps, platform, { client, freelancer });
  const draw = { ...agreed.draw, ...(odds === undefined ? {} : { odds }) };
  const body = { ...agreed, draw, ...(redaction === undefined ? {} : { redaction }) };
  const proposed = signStatement("terms", body, [reveal(client.keys.signing.secretKey)]);
  await must(client.session.api, contractRoutes.proposeContract, { body: { terms: proposed.envelope } });
  const params = { contractId: body.contract };
  const seen = await must(freelancer.session.api, contractRoutes.getContract, { params });
  const terms = readStatement(seen.terms, "terms");
  if (!terms.ok) throw new DemoError("the proposed terms cannot be read");
  const countersigned = countersign(terms.value, reveal(freelancer.keys.signing.secretKey));
  await must(freelancer.session.api, contractRoutes.acceptContract, {
    params,
    body: { terms: countersigned.envelope },
  });
  // The terms name the contract by the id that was made for it.
  return {
    contractId: body.contract as ContractId,
    phrase: phraseOf(countersigned.hash),
    terms: body,
    termsHash: bytesToBase64Url(countersigned.hash),
  };
};

const termsBody = (
  { clock, random }: Deps,
  platform: PlatformAnswer,
  { client, freelancer }: { readonly client: Party; readonly freelancer: Party },
): StatementBody<"terms"> => ({
  contract: createId<ContractId>({ clock, random }),
  version: 1,
  previous: ZERO_HASH,
  client: partyOf(client),
  freelancer: partyOf(freelancer),
  validFrom: Math.floor(clock.now() / 1000),
  profile: "sealed",
  rate: { amountMinor: 9000, currency: "EUR" },
  feePermille: platform.feePermille,
  weeklyLimitMinutes: 40 * 60,
  manualTime: false,
  funding: "deposit",
  depositMinor: 50_000,
  protection: "protection/1",
  redaction: "strict",
  treeSize: 1024,
  draw: { odds: Math.max(1, Math.round(CAPTURES_EVERY_SECONDS / platform.beacon.period)), beacon: platform.beacon },
  log: platform.log,
  platform: platform.platform,
});

const partyOf = ({ personId, keys }: Party) => ({
  person: personId,
  generation: keys.generation,
  sign: bytesToBase64Url(keys.signing.publicKey),
  seal: keys.sealing.recipient,
});

/** The client's card of the sandbox pays the deposit that the terms ask for. */
export const fundDeposit = async (deps: Deps, client: Party, { contractId, terms }: DemoContract): Promise<string> => {
  const commandId = () => createId<string>(deps);
  const { cardId, brand, last4 } = await must(client.session.api, moneyRoutes.addCard, {
    body: { commandId: commandId(), number: "4242424242424242" },
  });
  const amount = { amountMinor: String(terms.depositMinor), currency: terms.rate.currency };
  const funding = await must(client.session.api, moneyRoutes.fundDeposit, {
    params: { contractId },
    body: { commandId: commandId(), cardId, amount },
  });
  if (funding.state !== "posted") throw new DemoError(`the deposit is ${funding.state}`);
  return `${brand} ending in ${last4}`;
};

/** A code for a new device, as the freelancer's web app makes it. */
export const createDeviceCode = async (freelancer: Party): Promise<string> =>
  (await must(freelancer.session.api, deviceRoutes.createEnrolmentCode, {})).code;

/** Certifies the one device that waits, as the freelancer does in the web app. `false` while none waits. */
export const certifyWaitingDevice = async (deps: Deps, freelancer: Party): Promise<boolean> => {
  const { enrolments } = await must(freelancer.session.api, deviceRoutes.listEnrolments, {});
  const waiting = enrolments[0];
  if (waiting === undefined) return false;
  const now = Math.floor(deps.clock.now() / 1000);
  const certificate = signStatement(
    "device",
    {
      person: freelancer.personId,
      generation: freelancer.keys.generation,
      device: waiting.deviceId,
      sign: waiting.sign,
      notBefore: now - 60,
      notAfter: now - 60 + CERTIFICATE_DAYS * DAY_SECONDS,
    },
    [reveal(freelancer.keys.signing.secretKey)],
  );
  await must(freelancer.session.api, deviceRoutes.enrolDevice, { body: { certificate: certificate.envelope } });
  return true;
};
