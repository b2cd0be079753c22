// What this device signed and the outbox keeps, read again.
import type { DatabaseSync } from "node:sqlite";
import { type Envelope, readAnyStatement } from "@underseal/evidence";
import { assert, type ContractId } from "@underseal/foundation";
import type { SegmentFacts } from "@underseal/protection";

export const recordIn = (envelope: string) => {
  // Stored by the outbox, from an envelope that this device signed.
  const statement = readAnyStatement(JSON.parse(envelope) as Envelope);
  assert(statement.ok, "a stored record can be read");
  return statement.value;
};

/** What a segment's record says that the coverage rules ask. */
export type SegmentSaid = Pick<SegmentFacts, "minutes" | "mode" | "hasInput" | "hasChangedWork">;

export const segmentIn = (envelope: string): SegmentSaid => {
  const { body } = recordIn(envelope);
  assert("minutes" in body, "what stands in the table of segments is a segment");
  return { minutes: body.minutes, mode: body.mode, hasInput: body.activity > 0, hasChangedWork: body.work };
};

/**
 * The contract that this device recorded minutes of the slot for: the server bills a slot to one, so the minutes of
 * every other would be refused. `null` where it recorded none.
 */
export const claimantOf = (database: DatabaseSync, slot: number): ContractId | null => {
  const row = database
    .prepare(SEGMENTS_OF_SLOT)
    .all(slot)
    .find(({ envelope }) => segmentIn(String(envelope)).minutes > 0);
  // Written by the outbox from a ContractId.
  return row === undefined ? null : (String(row.contract) as ContractId);
};

const SEGMENTS_OF_SLOT = `select r.contract, r.envelope from segment s join record r on r.hash = s.hash
  where s.slot = ? and r.state in ('pending', 'admitted') order by r.rowid`;
