// What this device signed and the outbox keeps, read again.
import type { DatabaseSync } from "node:sqlite";
import { type Envelope, readAnyStatement } from "@underseal/evidence";
import { assert, type ContractId } from "@underseal/foundation";

export const recordIn = (envelope: string) => {
  // Stored by the outbox, from an envelope that this device signed.
  const statement = readAnyStatement(JSON.parse(envelope) as Envelope);
  assert(statement.ok, "a stored record can be read");
  return statement.value;
};

export const minutesIn = (envelope: string): number => {
  const { body } = recordIn(envelope);
  return "minutes" in body ? body.minutes : 0;
};

/**
 * The contract that this device recorded minutes of the slot for: the server bills a slot to one, so the minutes of
 * every other would be refused. `null` where it recorded none.
 */
export const claimantOf = (database: DatabaseSync, slot: number): ContractId | null => {
  const row = database
    .prepare(SEGMENTS_OF_SLOT)
    .all(slot)
    .find(({ envelope }) => minutesIn(String(envelope)) > 0);
  // Written by the outbox from a ContractId.
  return row === undefined ? null : (String(row.contract) as ContractId);
};

const SEGMENTS_OF_SLOT = `select r.contract, r.envelope from segment s join record r on r.hash = s.hash
  where s.slot = ? and r.state in ('pending', 'admitted') order by r.rowid`;
