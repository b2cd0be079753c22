// What a valid bundle shows, in numbers and in plain sentences; and, as carefully, what it does not show.
import { type Bucket, phraseOf, type Statement } from "@underseal/evidence";
import { assert } from "@underseal/foundation";
import type { Draws } from "./draws.ts";
import type { DeviceChain } from "./records.ts";
import type { TermsByHash } from "./terms.ts";
import type { Week } from "./week.ts";

/** How many captures lie in each bucket (permille of the screen); buckets without a capture are left out. */
export type SharesByBucket = readonly { readonly permille: Bucket; readonly captures: number }[];

export interface Verdict {
  readonly contract: string;
  /** Monday 00:00 UTC, in Unix seconds. */
  readonly week: number;
  readonly parties: { readonly client: Party; readonly freelancer: Party };
  /** The newest version of the terms that a record names. */
  readonly terms: { readonly version: number; readonly profile: string; readonly weeklyLimitMinutes: number };
  /** Twelve words of these terms: the same as both apps show, unless somebody exchanged a key. */
  readonly phrase: string;
  readonly devices: number;
  readonly records: number;
  readonly segments: number;
  readonly minutes: number;
  /** Of `minutes`, those entered by hand. */
  readonly manualMinutes: number;
  readonly captures: number;
  /** Captures whose visible part was sealed to the client. */
  readonly disclosedCaptures: number;
  /** Never captured: masked on the freelancer's machine before the commitment. */
  readonly masked: SharesByBucket;
  /** Captured and withheld by the freelancer afterwards; disclosed captures only. */
  readonly hidden: SharesByBucket;
  readonly draws: Draws;
  /** From when a record was made to when the platform had it; `null` for no record of the week. */
  readonly arrivalDelaySeconds: { readonly median: number; readonly max: number };
  readonly sealedFiles: { readonly count: number; readonly bytes: number };
  readonly proven: readonly string[];
  readonly notProven: readonly string[];
}

/** Person and key id of one side. */
export interface Party {
  readonly person: string;
  readonly keyId: string;
}

export interface Findings {
  readonly contract: string;
  readonly chains: readonly DeviceChain[];
  readonly terms: TermsByHash;
  readonly week: Week;
  readonly draws: Draws;
  readonly sealedFiles: Verdict["sealedFiles"];
}

export const describeVerdict = (findings: Findings): Verdict => {
  const { contract, chains, week, draws, sealedFiles } = findings;
  const newest = [...findings.terms.values()].at(-1)?.statement;
  assert(newest !== undefined, "each record names terms, and there is a record");
  const summary = {
    contract,
    week: week.startsAt,
    parties: partiesOf(newest),
    terms: {
      version: newest.body.version,
      profile: newest.body.profile,
      weeklyLimitMinutes: newest.body.weeklyLimitMinutes,
    },
    phrase: phraseOf(newest.hash),
    devices: chains.length,
    records: chains.flat().length,
    ...countTime(week),
    ...countCaptures(week),
    draws,
    arrivalDelaySeconds: delaysOf(chains),
    sealedFiles,
  };
  return { ...summary, proven: provenSentences(summary), notProven: notProvenSentences(summary, week) };
};

type Summary = Omit<Verdict, "proven" | "notProven">;

const partiesOf = ({ body, signatures }: Statement<"terms">): Verdict["parties"] => {
  const [client, freelancer] = signatures;
  assert(client !== undefined && freelancer !== undefined, "the terms carry both signatures");
  return {
    client: { person: body.client.person, keyId: client.keyid },
    freelancer: { person: body.freelancer.person, keyId: freelancer.keyid },
  };
};

const countTime = ({ segments }: Week): Pick<Verdict, "segments" | "minutes" | "manualMinutes"> => ({
  segments: segments.length,
  minutes: sumMinutes(segments),
  manualMinutes: sumMinutes(segments.filter(({ body }) => body.manual)),
});

const sumMinutes = (segments: readonly Statement<"segment">[]): number =>
  segments.reduce((sum, { body }) => sum + body.minutes, 0);

const countCaptures = ({ captures }: Week): Pick<Verdict, "captures" | "disclosedCaptures" | "masked" | "hidden"> => {
  const newest = captures.map(({ disclosures }) => disclosures.at(-1)).filter((newest) => newest !== undefined);
  return {
    captures: captures.length,
    disclosedCaptures: newest.length,
    masked: countBuckets(captures.map(({ statement }) => statement.body.masked)),
    hidden: countBuckets(newest.map(({ body }) => body.redacted)),
  };
};

const countBuckets = (buckets: readonly Bucket[]): SharesByBucket =>
  [...new Set(buckets)]
    .sort((a, b) => a - b)
    .map((permille) => ({ permille, captures: buckets.filter((bucket) => bucket === permille).length }));

const delaysOf = (chains: readonly DeviceChain[]): Verdict["arrivalDelaySeconds"] => {
  // A device clock ahead of the platform's would make a negative delay; the tolerance was checked.
  const delays = chains
    .flat()
    .map(({ statement, arrival }) => Math.max(0, arrival.body.at - statement.body.at))
    .sort((a, b) => a - b);
  return { median: delays[Math.floor(delays.length / 2)] ?? 0, max: delays.at(-1) ?? 0 };
};

const provenSentences = (summary: Summary): string[] => {
  const { records, captures, sealedFiles, draws } = summary;
  const sentences = [
    `Client and freelancer both signed the terms (version ${summary.terms.version}) with the keys named in them.`,
    `All ${records} records were signed by devices that the freelancer's account certified.`,
    "Each device's records follow one another; none in between is missing, added or exchanged.",
    "Every record is in the log whose key both parties signed.",
    `The platform signed when each record arrived, at most ${summary.arrivalDelaySeconds.max} seconds after it was made.`,
    `The segments of the week add up to ${summary.minutes} minutes, with no ten minutes counted twice.`,
  ];
  if (captures > 0) sentences.push(`All ${captures} pictures were committed to when they were taken.`);
  if (sealedFiles.count > 0) {
    sentences.push(`All ${sealedFiles.count} sealed files are here unaltered, and the platform signed for each.`);
  }
  if (draws.drawn > 0 && draws.missing === 0) {
    sentences.push(`Each of the ${draws.drawn} moments that the committed seeds drew has its picture.`);
  }
  return sentences;
};

const notProvenSentences = (summary: Summary, { foreignDisclosures }: Week): string[] => {
  const { draws, captures, disclosedCaptures } = summary;
  const sentences = [
    "Nothing here proves that a person worked, or that the work was good.",
    "Nothing here proves whose keys these are: compare the twelve words with the other side outside the platform.",
    "The moments were drawn by the device's own seed, not by a public beacon: the device's owner could foresee them.",
    "No independent witness signed the log: the platform could show somebody else another history.",
    "The arrival times are the platform's word.",
    "Records before the first or after the last one shown here could have been left out.",
  ];
  if (disclosedCaptures > 0) {
    sentences.push("The sealed pictures were not opened: only the client's and the freelancer's keys can do that.");
  }
  if (captures > disclosedCaptures) {
    sentences.push(`${captures - disclosedCaptures} of ${captures} pictures were not disclosed to the client.`);
  }
  if (draws.missing > 0) {
    sentences.push(`${draws.missing} of ${draws.drawn} drawn moments have no picture; each counts as wholly hidden.`);
  }
  if (draws.uncheckedRuns > 0) {
    sentences.push(`The draws of ${draws.uncheckedRuns} runs could not be checked: their seeds are not revealed here.`);
  }
  if (foreignDisclosures > 0) {
    sentences.push(`${foreignDisclosures} disclosures belong to pictures of other weeks; see those weeks' bundles.`);
  }
  return sentences;
};
