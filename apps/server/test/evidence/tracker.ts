// What a tracker signs: one chain per device and contract, runs with a committed seed, captures at drawn rounds.
import {
  commitment,
  createDraw,
  type DeviceRecordName,
  deviceRandomness,
  drawCommitment,
  drawnRounds,
  encodeCanonical,
  randomnessOf,
  roundAt,
  roundTime,
  type Statement,
  type StatementBody,
  signStatement,
} from "@underseal/evidence";
import { assert, bytesToBase64Url, SECOND_MS, slotEndMs, slotStartMs } from "@underseal/foundation";
import {
  ROUND_SECONDS,
  random,
  randomHash,
  send,
  type TestContract,
  type TestDevice,
  toSeconds,
  type World,
} from "./world.ts";

export interface Link {
  readonly seq: number;
  readonly prev: Uint8Array;
}

export const FIRST: Link = { seq: 0, prev: new Uint8Array(32) };

/** Everything but the chain's own fields. */
export type Content<Name extends DeviceRecordName> = Omit<
  StatementBody<Name>,
  "contract" | "terms" | "device" | "seq" | "prev" | "nonce"
>;

export const signRecord = <Name extends DeviceRecordName>(
  name: Name,
  { contract, device, link }: { readonly contract: TestContract; readonly device: TestDevice; readonly link: Link },
  content: Content<Name> & Partial<StatementBody<Name>>,
): Statement<Name> =>
  signStatement(
    name,
    {
      contract: contract.contractId,
      terms: bytesToBase64Url(contract.terms.hash),
      device: device.deviceId,
      seq: link.seq,
      prev: bytesToBase64Url(link.prev),
      nonce: randomHash(),
      ...content,
    } as unknown as StatementBody<Name>, // The parts of a generic record add up to it; `signStatement` checks them.
    [device.secretKey],
  );

export const after = (statement: Statement<DeviceRecordName>): Link => ({
  seq: statement.body.seq + 1,
  prev: statement.hash,
});

const noActivity = commitment(random.bytes(32), encodeCanonical([]));

/** A tracker that remembers its chain. Each step signs the next record, sends it, and goes on where it was admitted. */
export const createTracker = (world: World, contract: TestContract, device: TestDevice) => {
  let link = FIRST;
  let seed = random.bytes(32);
  let startRound = 0;
  const step = async <Name extends DeviceRecordName>(statement: Statement<Name>) => {
    const answer = await send(world, statement);
    if (answer.ok) link = after(statement);
    return answer;
  };
  const at = () => toSeconds(world.clock.now());
  const sign = <Name extends DeviceRecordName>(
    name: Name,
    content: Content<Name> & Partial<StatementBody<Name>>,
  ): Statement<Name> => signRecord(name, { contract, device, link }, content);
  const tracker = {
    contract,
    device,
    link: () => link,
    seed: () => bytesToBase64Url(seed),
    sign,
    step,
    /** Draws seeds until one suits the test: what a run draws is chance otherwise. */
    signStart: (changes: Partial<StatementBody<"start">> = {}, suits: () => boolean = () => true) => {
      do seed = random.bytes(32);
      while (!suits());
      const round = Math.floor((changes.at ?? at()) / ROUND_SECONDS);
      startRound = round;
      return sign("start", { at: at(), beacon: { round }, drawC: bytesToBase64Url(drawCommitment(seed)), ...changes });
    },
    start: (changes: Partial<StatementBody<"start">> = {}, suits?: () => boolean) =>
      step(tracker.signStart(changes, suits)),
    signCapture: (round: number, changes: Partial<StatementBody<"capture">> = {}) =>
      sign("capture", { at: at(), beacon: { round }, root: randomHash(), masked: 0, ...changes }),
    capture: async (round: number, changes: Partial<StatementBody<"capture">> = {}) => {
      const statement = tracker.signCapture(round, changes);
      const answer = await step(statement);
      assert(answer.ok, `the capture is admitted (${JSON.stringify(answer)})`);
      return statement;
    },
    segmentContent: (slot: number): Content<"segment"> => ({
      at: at(),
      slot,
      minutes: 10,
      stop: false,
      captures: [],
      activity: 7,
      activityC: bytesToBase64Url(noActivity),
      work: false,
      workC: randomHash(),
      mode: "working",
      manual: false,
    }),
    signSegment: (slot: number, changes: Partial<StatementBody<"segment">> = {}) =>
      sign("segment", {
        ...tracker.segmentContent(slot),
        ...(changes.stop === true ? { drawSeed: bytesToBase64Url(seed) } : {}),
        ...changes,
      }),
    segment: (slot: number, changes: Partial<StatementBody<"segment">> = {}) =>
      step(tracker.signSegment(slot, changes)),
    signDisclosure: (capture: Statement<"capture">, changes: Partial<StatementBody<"disclosure">> = {}) =>
      sign("disclosure", {
        at: at(),
        capture: bytesToBase64Url(capture.hash),
        ver: 0,
        mapC: randomHash(),
        redacted: 0,
        wrapC: randomHash(),
        visible: { digest: randomHash(), bytes: 100 },
        hidden: { digest: randomHash(), bytes: 50 },
        ...changes,
      }),
    disclose: (capture: Statement<"capture">, changes: Partial<StatementBody<"disclosure">> = {}) =>
      step(tracker.signDisclosure(capture, changes)),
    /** The drawn rounds that lie wholly in the slot. */
    drawn: (slot: number): number[] => {
      const rule = { person: contract.freelancer.personId, odds: contract.terms.body.draw.odds };
      return drawnRounds(rule, (round) => deviceRandomness(seed, round), {
        from: Math.max(startRound + 1, slotStartMs(slot) / SECOND_MS / ROUND_SECONDS),
        to: slotEndMs(slot) / SECOND_MS / ROUND_SECONDS,
      });
    },
    /** The beacon's round as an online record holds it. */
    signedRound: async (round: number) => {
      const signature = (await world.beacon.signaturesOf([round])).get(round);
      assert(signature !== undefined, "the round is published");
      return { round, sig: bytesToBase64Url(signature) };
    },
    /** Starts a run that the beacon draws. */
    startOnline: async () => {
      const beacon = await tracker.signedRound(roundAt(world.beacon.chain, at()));
      startRound = beacon.round;
      return await step(sign("start", { at: at(), beacon }));
    },
    /** The rounds that the beacon draws in the slot, as the time comes; each with a capture two seconds after. */
    trackSlotOnline: async (slot: number, changes: Partial<StatementBody<"segment">> = {}) => {
      const { chain } = world.beacon;
      const from = Math.max(startRound + 1, roundAt(chain, Math.max(at(), slotStartMs(slot) / SECOND_MS) - 1) + 1);
      const to = roundAt(chain, slotEndMs(slot) / SECOND_MS - 1) + 1;
      world.clock.set(slotEndMs(slot));
      const signatures = await world.beacon.signaturesIn({ from, to });
      assert(signatures !== null, "the slot's rounds are published");
      const draw = createDraw({ person: contract.freelancer.personId, odds: contract.terms.body.draw.odds });
      const captures: Statement<"capture">[] = [];
      for (const [i, signature] of signatures.entries()) {
        if (!draw(randomnessOf(signature))) continue;
        const beacon = { round: from + i, sig: bytesToBase64Url(signature) };
        world.clock.set(roundTime(chain, from + i) * SECOND_MS + 2 * SECOND_MS);
        captures.push(await tracker.capture(from + i, { beacon }));
      }
      world.clock.set(slotEndMs(slot));
      const named = captures.map(({ hash }) => bytesToBase64Url(hash));
      const statement = sign("segment", { ...tracker.segmentContent(slot), captures: named, ...changes });
      const answer = await step(statement);
      assert(answer.ok, `the segment is admitted (${JSON.stringify(answer)})`);
      return captures;
    },
    /** Tracks one whole slot, all drawn captures included; answers them. */
    trackSlot: async (slot: number, changes: Partial<StatementBody<"segment">> = {}) => {
      const captures: Statement<"capture">[] = [];
      for (const round of tracker.drawn(slot)) {
        world.clock.set(round * ROUND_SECONDS * SECOND_MS);
        captures.push(await tracker.capture(round));
      }
      world.clock.set(slotEndMs(slot));
      const named = captures.map(({ hash }) => bytesToBase64Url(hash));
      const answer = await tracker.segment(slot, { captures: named, ...changes });
      assert(answer.ok, `the segment is admitted (${JSON.stringify(answer)})`);
      return captures;
    },
  };
  return tracker;
};

export type Tracker = ReturnType<typeof createTracker>;
