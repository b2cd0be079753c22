// How the ground changes with a record that passes, so that the next one of the batch is decided as if the rows were
// there already. Pure but for the ground, which belongs to one batch.
import { bytesToBase64Url } from "@underseal/foundation";
import { decoded } from "../store/runs.ts";
import {
  type Admission,
  type Admitted,
  chainKeyOf,
  type Ground,
  hashKeyOf,
  type MeaningOf,
  type Run,
  timeKeyOf,
} from "./ground.ts";

export const advance = (ground: Ground, admitted: Admitted): void => {
  const { admission, record, meaning, openRunSeq } = admitted;
  ground.chains.set(chainKeyOf(admission.key), { seq: record.body.seq, hash: record.hash, openRunSeq });
  if (meaning.kind === "start") addRun(ground, admission, meaning);
  if (meaning.kind === "capture") addCapture(ground, admitted, meaning);
  if (meaning.kind === "segment") addSegment(ground, admitted, meaning);
  if (meaning.kind === "disclosure") addDisclosure(ground, admission, meaning);
};

const addRun = (ground: Ground, { key }: Admission, { record: { body } }: MeaningOf<"start">): void => {
  const id = chainKeyOf(key);
  const earlier = ground.runs.get(id) ?? [];
  const run: Run = {
    startSeq: body.seq,
    startedAtS: body.at,
    startRound: body.beacon.round,
    drawCommitment: body.drawC === undefined ? null : decoded(body.drawC),
    lastSlot: null,
    rounds: new Set(),
    slots: [],
  };
  ground.runs.set(id, [...earlier, run]);
};

const changeRun = (ground: Ground, { key }: Admission, startSeq: number, change: (run: Run) => Run): void => {
  const id = chainKeyOf(key);
  const runs = ground.runs.get(id) ?? [];
  ground.runs.set(
    id,
    runs.map((run) => (run.startSeq === startSeq ? change(run) : run)),
  );
};

const addCapture = (
  ground: Ground,
  { admission, slot }: Admitted,
  { record: { body, hash }, startSeq }: MeaningOf<"capture">,
): void => {
  const { key, terms } = admission;
  changeRun(ground, admission, startSeq, (run) => ({ ...run, rounds: new Set(run.rounds).add(body.beacon.round) }));
  const place = timeKeyOf(key.contractId, slot);
  ground.capturesBySlot.set(place, (ground.capturesBySlot.get(place) ?? 0) + 1);
  ground.captures.set(hashKeyOf(key.contractId, bytesToBase64Url(hash)), {
    deviceId: key.deviceId,
    startSeq,
    slot,
    termsHash: terms.hash,
  });
};

const addSegment = (
  ground: Ground,
  { admission }: Admitted,
  { record: { body }, startSeq, weekStart, minutesBefore }: MeaningOf<"segment">,
): void => {
  const { key, parties } = admission;
  if (startSeq !== null) {
    changeRun(ground, admission, startSeq, (run) => ({
      ...run,
      lastSlot: body.slot,
      slots: [...run.slots, body.slot],
    }));
  }
  if (body.minutes === 0) return;
  ground.claims.set(timeKeyOf(parties.freelancerId, body.slot), key);
  const place = timeKeyOf(key.contractId, body.slot);
  ground.minutesBySlot.set(place, (ground.minutesBySlot.get(place) ?? 0) + body.minutes);
  ground.minutesByWeek.set(timeKeyOf(key.contractId, weekStart), minutesBefore + body.minutes);
};

const addDisclosure = (ground: Ground, { key }: Admission, { record: { body } }: MeaningOf<"disclosure">): void => {
  const files = [body.visible, body.hidden].filter((file) => file !== undefined);
  for (const { digest, bytes } of files) {
    const id = hashKeyOf(key.contractId, digest);
    ground.files.set(id, ground.files.get(id) ?? { bytes, isHeld: false });
  }
  ground.disclosures.set(hashKeyOf(key.contractId, body.capture), {
    ver: body.ver,
    redactedPermille: body.redacted,
    isHeld: files.every(({ digest }) => ground.files.get(hashKeyOf(key.contractId, digest))?.isHeld === true),
  });
};
