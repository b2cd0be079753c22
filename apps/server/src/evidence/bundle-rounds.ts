// The beacon's rounds that a bundle carries: all of every run that the beacon drew and that is wholly known, so that a
// drawn round without a capture shows (protocol §11). From the round after the start's up to, without, that of the
// stop, inside the week.
import { type BeaconChain, type BundleManifest, drawsEndAt, roundAt, type Statement } from "@underseal/evidence";
import {
  assert,
  bytesToBase64Url,
  bytesToHex,
  concatBytes,
  equalBytes,
  SECOND_MS,
  slotStartMs,
} from "@underseal/foundation";
import { statementOf, type WeekContent } from "./bundle-content.ts";
import type { BeaconPort } from "./ports.ts";
import type { StoredRecord } from "./store/records.ts";
import { decoded } from "./store/runs.ts";
import type { SlotRange } from "./store/week.ts";

export interface RoundSpan {
  readonly from: number;
  readonly to: number;
}

/** `null` where a round cannot be had now; asking again comes nearer. */
export const readRounds = async (
  beacon: BeaconPort,
  content: Pick<WeekContent, "records" | "terms" | "slots">,
): Promise<BundleManifest["rounds"] | null> => {
  const rounds: BundleManifest["rounds"] = [];
  for (const span of spansOf(beacon.chain, content)) {
    const signatures = await beacon.signaturesIn(span);
    if (signatures === null) return null;
    rounds.push({ from: span.from, signatures: bytesToBase64Url(concatBytes(...signatures)) });
  }
  return rounds;
};

/** Ascending, apart from one another. */
export const spansOf = (
  chain: BeaconChain,
  { records, terms, slots }: Pick<WeekContent, "records" | "terms" | "slots">,
): readonly RoundSpan[] => {
  const termsByHash = new Map(terms.map((each) => [bytesToHex(each.hash), each]));
  const runs = runsIn(records, slots).filter(({ start }) => start.body.beacon.sig !== undefined);
  const isOurs = ({ termsHash }: KnownRun): boolean => {
    const named = termsByHash.get(bytesToHex(termsHash));
    assert(named !== undefined, "the bundle has the terms that its records name");
    return equalBytes(decoded(named.body.draw.beacon.publicKey), chain.publicKey);
  };
  // A bundle's rounds are of one beacon, that of its first run; those of another one nobody here could give.
  if (runs[0] === undefined || !isOurs(runs[0])) return [];
  const spans = runs.filter(isOurs).flatMap(({ start, stop }) => {
    if (stop === null) return [];
    const span = spanOf(chain, { start, stop, slots });
    return span.from < span.to ? [span] : [];
  });
  return join(spans.toSorted((a, b) => a.from - b.from));
};

interface SeenStop {
  readonly stoppedAt: number;
  /** By the platform's signed arrival time, in Unix seconds. */
  readonly seenAt: number;
}

interface KnownRun {
  readonly deviceId: string;
  readonly termsHash: Uint8Array;
  readonly start: Statement<"start">;
  readonly stop: SeenStop | null;
  readonly isOfWeek: boolean;
}

/** The runs with a record of the week and their start among these, by device and number. */
const runsIn = (records: readonly StoredRecord[], slots: SlotRange): readonly KnownRun[] => {
  const runs: KnownRun[] = [];
  for (const { kind, deviceId, slot, envelope, arrival, termsHash } of records) {
    if (kind === "disclosure") continue;
    if (kind === "start") {
      runs.push({ deviceId, termsHash, start: statementOf(envelope, "start"), stop: null, isOfWeek: false });
    }
    const run = runs.at(-1);
    // Before the first start here, and after a stop, records belong to no run that is wholly known.
    if (run === undefined || run.deviceId !== deviceId || run.stop !== null) continue;
    const segment = kind === "segment" ? statementOf(envelope, "segment") : null;
    if (segment?.body.manual === true) continue;
    runs[runs.length - 1] = {
      ...run,
      stop:
        segment?.body.stop === true
          ? { stoppedAt: segment.body.at, seenAt: statementOf(arrival, "arrival").body.at }
          : null,
      isOfWeek: run.isOfWeek || (slot >= slots.from && slot < slots.to),
    };
  }
  return runs.filter(({ isOfWeek }) => isOfWeek);
};

const spanOf = (
  chain: BeaconChain,
  run: { readonly start: Statement<"start">; readonly stop: SeenStop; readonly slots: SlotRange },
): RoundSpan => {
  const startsAtS = slotStartMs(run.slots.from) / SECOND_MS;
  const endsAtS = slotStartMs(run.slots.to) / SECOND_MS;
  return {
    from: Math.max(run.start.body.beacon.round + 1, roundAt(chain, startsAtS - 1) + 1),
    to: Math.min(roundAt(chain, drawsEndAt(run.stop)), roundAt(chain, endsAtS - 1) + 1),
  };
};

const join = (spans: readonly RoundSpan[]): readonly RoundSpan[] => {
  const joined: RoundSpan[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last === undefined || span.from > last.to) joined.push(span);
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return joined;
};
