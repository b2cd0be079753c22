// What the client's software found in what a disclosure names, signed by the client (protocol §9): evidence for both
// sides, whatever it says. Silence is an `ok` when the client's review ends.
import { ACKNOWLEDGEMENTS_PER_WEEK_MAX, type Refusal, refusal } from "@underseal/api";
import { acknowledgementVerdicts, type Envelope, isSignedBy, readStatement, type Statement } from "@underseal/evidence";
import {
  assert,
  bytesToBase64Url,
  type ContractId,
  err,
  MINUTE_MS,
  ok,
  type PersonId,
  type Result,
  SECOND_MS,
} from "@underseal/foundation";
import { type Transaction, transact } from "../platform/postgres/transact.ts";
import type { EvidenceDeps } from "./ports.ts";
import { decoded } from "./store/runs.ts";
import {
  findAcknowledgementByBody,
  findDisclosureRecord,
  findNewestAcknowledgement,
  insertAcknowledgement,
  listAcknowledgements,
} from "./store/statements.ts";
import { slotsOfWeek } from "./weeks.ts";

/** A finding that changes back and forth proves nothing more. The table has room for as many. */
const PER_DISCLOSURE_MAX = 8;
/** How far the client's clock may run ahead of ours. */
const CLOCK_AHEAD_MAX_MS = 5 * MINUTE_MS;

type Acknowledged = Result<{ readonly acknowledgement: Envelope }, Refusal>;

/** Keeps the finding unless it is the one that stands, or was kept before. */
export const acknowledge = async (
  deps: EvidenceDeps,
  personId: PersonId,
  { contractId, envelope }: { readonly contractId: ContractId; readonly envelope: Envelope },
): Promise<Acknowledged> => {
  const acknowledgement = readStatement(envelope, "acknowledgement");
  if (!acknowledgement.ok) return acknowledgement;
  const { body } = acknowledgement.value;
  if (body.contract !== contractId) return err(refusal("NOT_ALLOWED", "The statement names another contract."));
  if (body.at * SECOND_MS > deps.clock.now() + CLOCK_AHEAD_MAX_MS) {
    return err(refusal("SCHEMA_INVALID", "at: in the future"));
  }
  return await transact(deps.database, { kind: "person", personId }, (transaction) =>
    judgeAndStore(transaction, deps, { personId, contractId, acknowledgement: acknowledgement.value }),
  );
};

interface Finding {
  readonly personId: PersonId;
  readonly contractId: ContractId;
  readonly acknowledgement: Statement<"acknowledgement">;
}

const judgeAndStore = async (
  transaction: Transaction,
  { contracts, clock }: EvidenceDeps,
  { personId, contractId, acknowledgement }: Finding,
): Promise<Acknowledged> => {
  const parties = await contracts.partiesOf(transaction, contractId);
  if (parties === null) return err(refusal("NOT_FOUND"));
  if (parties.clientId !== personId) return err(refusal("NOT_ALLOWED", "The client of the contract acknowledges."));
  const { disclosure, verdict } = acknowledgement.body;
  const found = await findDisclosureRecord(transaction, contractId, decoded(disclosure));
  if (found === null) return err(refusal("RECORD_UNKNOWN", "no disclosure of the contract has this hash"));
  const terms = await contracts.termsByHash(transaction, found.termsHash);
  assert(terms !== null, "a record was admitted under terms that are known");
  if (!isSignedBy(acknowledgement, [decoded(terms.body.client.sign)])) return err(refusal("SIGNATURE_INVALID"));
  const key = { ...parties, contractId, slot: found.slot, acknowledgedAt: new Date(Math.floor(clock.now())) };
  const { envelope } = acknowledgement;
  for (;;) {
    const known = await findAcknowledgementByBody(transaction, contractId, acknowledgement.bodyHash);
    if (known !== null) return ok({ acknowledgement: known.envelope });
    const newest = await findNewestAcknowledgement(transaction, contractId, decoded(disclosure));
    if (newest?.verdict === verdict) return ok({ acknowledgement: newest.envelope });
    const place = (newest?.place ?? 0) + 1;
    if (place > PER_DISCLOSURE_MAX) return err(refusal("ACKNOWLEDGEMENTS_EXHAUSTED"));
    const toStore = { disclosureHash: decoded(disclosure), place, verdict, envelope };
    // Where a racer took the place, it is there now: each turn ends one of at most `PER_DISCLOSURE_MAX` places.
    if (await insertAcknowledgement(transaction, key, toStore)) return ok({ acknowledgement: envelope });
  }
};

export interface AcknowledgementsAnswer {
  readonly acknowledgements: {
    readonly disclosure: string;
    readonly verdict: (typeof acknowledgementVerdicts)[number];
    readonly acknowledgement: Envelope;
  }[];
}

export const readAcknowledgements = async (
  { database, contracts }: EvidenceDeps,
  personId: PersonId,
  { contractId, week }: { readonly contractId: ContractId; readonly week: string },
): Promise<Result<AcknowledgementsAnswer, Refusal>> => {
  const slots = slotsOfWeek(week);
  if (slots === null) return err(refusal("NOT_FOUND", "no week begins on this day"));
  return await transact(database, { kind: "person", personId }, async (transaction) => {
    if ((await contracts.partiesOf(transaction, contractId)) === null) return err(refusal("NOT_FOUND"));
    const range = { ...slots, max: ACKNOWLEDGEMENTS_PER_WEEK_MAX };
    const found = await listAcknowledgements(transaction, contractId, range);
    const acknowledgements = found.map(({ disclosureHash, verdict, envelope }) => ({
      disclosure: bytesToBase64Url(disclosureHash),
      verdict: verdictOf(verdict),
      acknowledgement: envelope,
    }));
    return ok({ acknowledgements });
  });
};

const verdictOf = (text: string): (typeof acknowledgementVerdicts)[number] => {
  const verdict = acknowledgementVerdicts.find((each) => each === text);
  assert(verdict !== undefined, "the table holds known verdicts only");
  return verdict;
};
