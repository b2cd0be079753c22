import {
  beaconKeyOf,
  countersign,
  type Envelope,
  readStatement,
  type StatementBody,
  signStatement,
} from "@underseal/evidence";
import { assert, bytesToBase64Url, money, type PersonId, reveal } from "@underseal/foundation";
import { sql } from "kysely";
import type { ContractDeposits, ContractPeople } from "../../src/contracts/index.ts";
import { depositAccount, fundsOf } from "../../src/ledger/index.ts";
import { findAccountKey, findPersonRow } from "../../src/people/store.ts";
import { clock, newId, random, type TestPerson, toSeconds } from "../devices/support.ts";

export const people: ContractPeople = {
  keysOf: findAccountKey,
  describe: findPersonRow,
  findByEmail: async (transaction, email) => {
    const { rows } = await sql<{ id: PersonId }>`
      select id from auth_user where email = ${email.toLowerCase()}`.execute(transaction);
    return rows[0]?.id ?? null;
  },
};

export const deposits: ContractDeposits = {
  depositOf: async (transaction, contract) => {
    const { balanceMinor, heldMinor } = await fundsOf(transaction, depositAccount(contract).id);
    return { balance: money(balanceMinor, contract.currency), held: money(heldMinor, contract.currency) };
  },
};

export const beacon = { publicKey: beaconKeyOf(random.bytes(32)), genesis: 1_700_000_000, period: 3 };

export const policyOf = (verifierKey: string): string => `log ${verifierKey}\nquorum none\n`;

/** What the platform is, whose log has this key. */
export const platformOf = (verifierKey: string) => ({
  name: "Test",
  publicKey: platformKey,
  feePermille: 100,
  logPolicy: policyOf(verifierKey),
  beacon,
});

const platformKey = random.bytes(32);

export const pinned = { ...beacon, publicKey: bytesToBase64Url(beacon.publicKey) };

export type TermsBody = StatementBody<"terms">;

const partyOf = ({ personId, keys }: TestPerson): TermsBody["client"] => ({
  person: personId,
  generation: 1,
  sign: bytesToBase64Url(keys.signing.publicKey),
  seal: keys.sealing.recipient,
});

/** Good terms, or terms that differ in the fields given. */
export const termsOf = (
  { client, freelancer }: { readonly client: TestPerson; readonly freelancer: TestPerson },
  verifierKey: string,
  changes: Partial<TermsBody> = {},
): TermsBody => ({
  contract: newId(),
  version: 1,
  previous: bytesToBase64Url(new Uint8Array(32)),
  client: partyOf(client),
  freelancer: partyOf(freelancer),
  validFrom: toSeconds(clock.now()),
  profile: "sealed",
  rate: { amountMinor: 6_000, currency: "EUR" },
  feePermille: 100,
  weeklyLimitMinutes: 1_200,
  manualTime: false,
  funding: "deposit",
  depositMinor: 120_000,
  protection: "protection/1",
  redaction: "structure",
  treeSize: 2048,
  draw: { odds: 100, beacon: pinned },
  log: policyOf(verifierKey),
  platform: bytesToBase64Url(platformKey),
  ...changes,
});

export const signBy = (body: TermsBody, ...signers: readonly TestPerson[]): Envelope =>
  signStatement(
    "terms",
    body,
    signers.map(({ keys }) => reveal(keys.signing.secretKey)),
  ).envelope;

export const signAlso = (envelope: Envelope, signer: TestPerson): Envelope => {
  const statement = readStatement(envelope, "terms");
  assert(statement.ok, "the terms can be read");
  return countersign(statement.value, reveal(signer.keys.signing.secretKey)).envelope;
};
