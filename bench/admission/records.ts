// What a chain sends, signed beforehand: the generator only writes bytes.
import {
  type DeviceRecordName,
  roundAt,
  roundTime,
  type Statement,
  type StatementBody,
  signStatement,
} from "@underseal/evidence";
import { bytesToBase64Url, SECOND_MS, slotEndMs } from "@underseal/foundation";
import { type Chain, random, type World } from "./world.ts";

/** Where a chain stands; it moves on with each record. */
export interface Position {
  seq: number;
  prev: string;
  /** The next of the chain's slots, and of the slot's rounds. */
  slot: number;
  round: number;
}

export const firstPosition = (): Position => ({
  seq: 0,
  prev: bytesToBase64Url(new Uint8Array(32)),
  slot: 0,
  round: 0,
});

const someHash = (): string => bytesToBase64Url(random.bytes(32));

const addRecord = <Name extends DeviceRecordName>(
  chain: Chain,
  position: Position,
  name: Name,
  content: Record<string, unknown>,
): Statement<Name> => {
  const { contract, terms, device } = chain;
  const body = { contract, terms, device, seq: position.seq, prev: position.prev, nonce: someHash(), ...content };
  // The parts of a generic record add up to it; `signStatement` checks them.
  const statement = signStatement(name, body as unknown as StatementBody<Name>, [chain.secretKey]);
  position.seq += 1;
  position.prev = bytesToBase64Url(statement.hash);
  return statement;
};

const addStart = ({ beacon, roundsBySlot }: World, chain: Chain, position: Position): Statement => {
  // A start shows the round in which it was made, so it is made at one whose signature is at hand.
  const shown = roundsBySlot.get(chain.slots[position.slot] ?? 0)?.at(-1);
  if (shown === undefined) throw new Error("the chain has no more slots");
  const at = roundTime(beacon, shown.round);
  if (roundAt(beacon, at) !== shown.round) throw new Error("a round is that of its own time");
  // Its slot is left to the start.
  Object.assign(position, { slot: position.slot + 1, round: 0 });
  return addRecord(chain, position, "start", { at, beacon: shown });
};

const addCapture = ({ roundsBySlot }: World, chain: Chain, position: Position, round: number): Statement<"capture"> => {
  const slot = chain.slots[position.slot] ?? 0;
  const shown = roundsBySlot.get(slot)?.[round];
  if (shown === undefined) throw new Error("the chain has no more slots");
  const at = Math.floor(slotEndMs(slot) / SECOND_MS) - 1;
  return addRecord(chain, position, "capture", { at, beacon: shown, root: someHash(), masked: 0 });
};

const addSegment = (chain: Chain, position: Position, captures: readonly Statement[]): Statement => {
  const slot = chain.slots[position.slot] ?? 0;
  return addRecord(chain, position, "segment", {
    ...{ at: slotEndMs(slot) / SECOND_MS, slot, minutes: 10, stop: false, manual: false, mode: "working" },
    ...{ captures: captures.map(({ hash }) => bytesToBase64Url(hash)), activity: 7, activityC: someHash() },
    ...{ work: false, workC: someHash() },
  });
};

const addDisclosure = (chain: Chain, position: Position, capture: Statement): Statement =>
  addRecord(chain, position, "disclosure", {
    ...{ at: slotEndMs(chain.slots[position.slot] ?? 0) / SECOND_MS, capture: bytesToBase64Url(capture.hash), ver: 0 },
    ...{ mapC: someHash(), redacted: 100, wrapC: someHash() },
    ...{ visible: { digest: someHash(), bytes: 150_000 }, hidden: { digest: someHash(), bytes: 50_000 } },
  });

/** A start, then captures alone, six for each slot. */
export const signCaptures = (world: World, chain: Chain, position: Position, count: number): readonly Statement[] => {
  const records = [addStart(world, chain, position)];
  while (records.length < count) {
    records.push(addCapture(world, chain, position, position.round));
    position.round += 1;
    if (position.round === world.roundsBySlot.get(chain.slots[position.slot] ?? 0)?.length)
      Object.assign(position, { slot: position.slot + 1, round: 0 });
  }
  position.slot += 1;
  return records;
};

/** A start, then what a tracker sends in ten minutes: two captures, the segment, two disclosures; whole slots. */
export const signMix = (world: World, chain: Chain, position: Position, count: number): readonly Statement[] => {
  const records = [addStart(world, chain, position)];
  while (records.length < count) {
    const captures = [0, 1].map((round) => addCapture(world, chain, position, round));
    records.push(...captures, addSegment(chain, position, captures));
    records.push(...captures.map((capture) => addDisclosure(chain, position, capture)));
    position.slot += 1;
  }
  return records;
};
