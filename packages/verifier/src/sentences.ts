// What a verdict says in plain words: what was proven, and as carefully, what was not.
import { countOf } from "./count-of.ts";
import type { Verdict } from "./verdict.ts";

type Summary = Omit<Verdict, "proven" | "notProven">;

export const provenSentences = (summary: Summary): string[] => {
  const { records, captures, sealedFiles, draws, log, tiers, acknowledged, weekSigner } = summary;
  const sentences = [
    `Client and freelancer both signed the terms (version ${summary.terms.version}) with the keys named in them.`,
    `All ${records} records were signed by devices that the freelancer's account certified.`,
    "Each device's records follow one another; none in between is missing, added or exchanged.",
    "The terms and every record are in the log whose key both parties signed.",
    log.checkpoints === 1
      ? "All of it stands under one checkpoint of the log."
      : `The log's ${log.checkpoints} checkpoints here are of one history: each continues the one before.`,
    `The platform signed when each record arrived, at most ${summary.arrivalDelaySeconds.max} seconds after it was made.`,
    `The segments of the week add up to ${summary.minutes} minutes, with no ten minutes counted twice.`,
  ];
  if (log.witnesses.length > 0) sentences.push(witnessSentence(log));
  if (captures > 0) sentences.push(`All ${captures} pictures were committed to when they were taken.`);
  if (draws.verifiedRounds > 0) sentences.push(beaconSentence(summary));
  if (draws.drawn > 0 && draws.missing === 0) {
    sentences.push(`Each of the ${draws.drawn} moments that were drawn has its picture.`);
  }
  if (tiers.a > 0) {
    sentences.push(
      `${countOf(tiers.a, "segment was", "segments were")} recorded at once, each of their pictures within a minute of its drawn moment.`,
    );
  }
  if (sealedFiles.count > 0) {
    sentences.push(`All ${sealedFiles.count} sealed files are here unaltered, and the platform signed for each.`);
  }
  if (acknowledged.accepted > 0) {
    sentences.push(
      `The client's software opened ${countOf(acknowledged.accepted, "disclosure")} and found what was recorded.`,
    );
  }
  if (weekSigner !== null) {
    sentences.push(`The ${weekSigner} signed for all records of the week that had arrived by then, under one root.`);
  }
  return sentences;
};

const witnessSentence = ({ witnesses, operators }: Summary["log"]): string =>
  `As many witnesses as the terms ask for, of ${witnesses.length} by ${operators.length} ` +
  `${operators.length === 1 ? "operator" : "operators"} as the terms group them, cosigned each checkpoint.`;

const beaconSentence = ({ beacon, draws }: Summary): string =>
  `${draws.verifiedRounds} rounds of ${beacon === "quicknet" ? "drand's public beacon" : "the platform's beacon"} were ` +
  "verified: what names one was made after it was published.";

/** What no verdict of this kind can show, and what this one does not. */
export const notProvenSentences = (
  summary: Summary,
  { foreignDisclosures }: { readonly foreignDisclosures: number },
): string[] => [
  "Nothing here proves that a person worked, or that the work was good.",
  "Nothing here proves whose keys these are: compare the twelve words with the other side outside the platform.",
  ...trustSentences(summary),
  ...drawSentences(summary),
  ...contentSentences(summary),
  // The platform's own word for the whole week is no word against the platform.
  ...(summary.weekSigner === "freelancer"
    ? []
    : ["Records before the first or after the last one shown here could have been left out."]),
  "Newer terms, revocations and second bodies that the platform kept back would not show here.",
  ...(foreignDisclosures > 0
    ? [`${foreignDisclosures} disclosures belong to pictures of other weeks; see those weeks' bundles.`]
    : []),
];

const trustSentences = ({ log, tiers, beacon, draws }: Summary): string[] => {
  const sentences: string[] = [];
  if (log.witnesses.length === 0) {
    sentences.push("No witness signed the log: the platform could show somebody else another history.");
  } else if (log.operators.length === 1) {
    sentences.push("All witnesses belong to one operator: together with the platform it could hide another history.");
  }
  if (tiers.boundedBy === "platform") sentences.push("The arrival times are the platform's word.");
  if (tiers.boundedBy === "witness") sentences.push("The times rest on the word of one witness for each record.");
  if (beacon === "platform" && draws.verifiedRounds > 0) {
    sentences.push("The moments were drawn by the platform's own beacon: the platform could foresee them.");
  }
  return sentences;
};

const drawSentences = ({ draws, tiers }: Summary): string[] => {
  const sentences: string[] = [];
  if (draws.offlineRuns > 0) {
    sentences.push(
      `The moments of ${countOf(draws.offlineRuns, "run")} were drawn by the device's own seed: its owner could foresee them.`,
    );
  }
  if (draws.missing > 0) {
    sentences.push(`${draws.missing} of ${draws.drawn} drawn moments have no picture; each counts as wholly hidden.`);
  }
  if (draws.uncheckedRuns > 0) {
    sentences.push(
      `The draws of ${countOf(draws.uncheckedRuns, "run")} could not be checked: not all of each run is in this file, or all runs together are too long.`,
    );
  }
  if (draws.takenRounds > 0) {
    sentences.push(
      `${countOf(draws.takenRounds, "round")} without a picture: taken as this file gives them; a slower check verifies each.`,
    );
  }
  if (tiers.b > 0) sentences.push(`${countOf(tiers.b, "segment is", "segments are")} dated to within half a day only.`);
  if (tiers.c > 0)
    sentences.push(
      `${countOf(tiers.c, "segment was", "segments were")} recorded later than that: their time is the device's word.`,
    );
  return sentences;
};

const contentSentences = ({
  minutes,
  terms,
  captures,
  disclosedCaptures,
  conflicts,
  revokedDevices,
  acknowledged,
}: Summary): string[] => {
  const sentences: string[] = [];
  if (disclosedCaptures > 0) {
    sentences.push("The sealed pictures were not opened: only the client's and the freelancer's keys can do that.");
  }
  if (captures > disclosedCaptures) {
    sentences.push(`${captures - disclosedCaptures} of ${captures} pictures were not disclosed to the client.`);
  }
  if (acknowledged.complaints.length > 0) {
    sentences.push(`The client's software complained about ${countOf(acknowledged.complaints.length, "disclosure")}.`);
  }
  if (minutes > terms.weeklyLimitMinutes) {
    sentences.push(`${minutes} minutes are more than the ${terms.weeklyLimitMinutes} a week that the terms allow.`);
  }
  if (conflicts > 0) {
    sentences.push(
      `For ${conflicts} numbers a device signed two different records: a restored backup does that, and so does fraud.`,
    );
  }
  if (revokedDevices > 0)
    sentences.push(`${countOf(revokedDevices, "device was", "devices were")} revoked later by their owner.`);
  return sentences;
};
