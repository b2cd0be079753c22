// What an opening or a checkpoint says, in words.
import type { CheckpointVerdict, OpeningVerdict } from "@underseal/verifier/pieces";
import type { Facts } from "./bundle-facts.ts";
import { count, time } from "./sentences.ts";

export const openingFacts = (verdict: OpeningVerdict): Facts => [
  ["Contract", verdict.contract],
  ["Capture", verdict.capture],
  ["Recorded", `${time(verdict.capturedAt)}, by the device's clock`],
  ["Arrived", `${time(verdict.arrivedAt)}, by the platform's`],
  ["Opened", `${count(verdict.leaves.length, "leaf", "leaves")} of ${verdict.treeSize}: ${kindsOf(verdict)}`],
  ["Witnesses", verdict.witnesses.length === 0 ? "none" : verdict.witnesses.join(", ")],
];

export const openingSummary = ({ leaves, capturedAt }: OpeningVerdict): string =>
  `${count(leaves.length, "leaf", "leaves")} of a capture recorded on ${time(capturedAt)}.`;

const kindsOf = ({ leaves }: OpeningVerdict): string => {
  const kinds = [...new Set(leaves.map(({ kind }) => kind))];
  return kinds.map((kind) => `${leaves.filter((leaf) => leaf.kind === kind).length} ${kind}`).join(", ");
};

export const checkpointFacts = (verdict: CheckpointVerdict): Facts => [
  ["Log", verdict.origin],
  ["Entries", verdict.size.toLocaleString("en")],
  ["Root hash", verdict.root],
  [
    "Signed by",
    verdict.signedBy.length === 0 ? "not checked: no key of the log was given" : verdict.signedBy.join(", "),
  ],
  ...verdict.witnesses.map(({ name, at }) => ["Cosigned", `by ${name} at ${time(at)}`] as const),
];

export const checkpointSummary = ({ origin, size }: CheckpointVerdict): string =>
  `The log ${origin} with ${count(size, "entry", "entries")}.`;
