// What a valid bundle shows, in numbers; the sentences about them are in sentences.ts.
import { type Bucket, phraseOf, QUICKNET, type Statement } from "@underseal/evidence";
import { assert, equalBytes } from "@underseal/foundation";
import { quorumWitnesses } from "@underseal/tlog";
import type { Acknowledged } from "./acknowledgements.ts";
import type { Draws } from "./draws.ts";
import type { Logged } from "./log.ts";
import type { ParsedBundle } from "./parse.ts";
import type { DeviceChain } from "./records.ts";
import { notProvenSentences, provenSentences } from "./sentences.ts";
import type { AgreedTerms, TermsByHash } from "./terms.ts";
import { countTiers, type Tiers } from "./tiers.ts";
import type { Week } from "./week.ts";
import type { WeekSigner } from "./week-statement.ts";

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
  readonly revokedDevices: number;
  readonly records: number;
  /** Numbers for which a device signed two bodies: for an arbiter, no fault by itself. */
  readonly conflicts: number;
  readonly segments: number;
  readonly minutes: number;
  /** Of `minutes`, those entered by hand. */
  readonly manualMinutes: number;
  readonly tiers: Tiers;
  readonly captures: number;
  /** Captures whose visible part was sealed to the client. */
  readonly disclosedCaptures: number;
  /** Never captured: masked on the freelancer's machine before the commitment. */
  readonly masked: SharesByBucket;
  /** Captured and withheld by the freelancer afterwards; disclosed captures only. */
  readonly hidden: SharesByBucket;
  readonly draws: Draws;
  /** Who draws: drand's public network, or a chain of the platform's own, which the platform can foresee. */
  readonly beacon: "quicknet" | "platform";
  readonly log: LogSummary;
  readonly acknowledged: Acknowledged;
  /** Who put all records of the week under one root; `null`: nobody yet. */
  readonly weekSigner: WeekSigner;
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

export interface LogSummary {
  readonly origin: string;
  readonly checkpoints: number;
  /** Those that count towards the quorum of the terms. */
  readonly witnesses: readonly string[];
  /** Who runs them, each once. */
  readonly operators: readonly string[];
}

export interface Findings {
  readonly bundle: ParsedBundle;
  readonly chains: readonly DeviceChain[];
  readonly terms: TermsByHash;
  readonly week: Week;
  readonly draws: Draws;
  readonly logged: Logged;
  readonly acknowledged: Acknowledged;
  readonly weekSigner: WeekSigner;
  readonly conflicts: number;
  readonly revokedDevices: number;
}

export const describeVerdict = (findings: Findings): Verdict => {
  const { bundle, chains, week, draws, logged, acknowledged, weekSigner, conflicts, revokedDevices } = findings;
  const newest = [...findings.terms.values()].at(-1);
  assert(newest !== undefined, "each record names terms, and there is a record");
  const { statement } = newest;
  const { version, profile, weeklyLimitMinutes } = statement.body;
  const summary = {
    contract: bundle.contract,
    week: week.startsAt,
    parties: partiesOf(statement),
    terms: { version, profile, weeklyLimitMinutes },
    phrase: phraseOf(statement.hash),
    devices: chains.length,
    ...{ revokedDevices, conflicts, draws, acknowledged, weekSigner },
    records: chains.flat().length,
    ...countTime(week),
    tiers: countTiers(week, logged),
    ...countCaptures(week),
    beacon: beaconOf(newest),
    log: summarizeLog(newest, logged),
    arrivalDelaySeconds: delaysOf(chains),
    sealedFiles: sealedFilesOf(bundle),
  };
  const { foreignDisclosures } = week;
  return {
    ...summary,
    proven: provenSentences(summary),
    notProven: notProvenSentences(summary, { foreignDisclosures }),
  };
};

const partiesOf = ({ body, signatures }: Statement<"terms">): Verdict["parties"] => {
  const [client, freelancer] = signatures;
  assert(client !== undefined && freelancer !== undefined, "the terms carry both signatures");
  return {
    client: { person: body.client.person, keyId: client.keyid },
    freelancer: { person: body.freelancer.person, keyId: freelancer.keyid },
  };
};

const beaconOf = ({ chain }: AgreedTerms): Verdict["beacon"] =>
  equalBytes(chain.publicKey, QUICKNET.publicKey) ? "quicknet" : "platform";

const summarizeLog = ({ policy }: AgreedTerms, { checkpoints }: Logged): LogSummary => {
  const witnesses = quorumWitnesses(policy);
  return {
    origin: policy.logs[0]?.key.name ?? "",
    checkpoints,
    witnesses: witnesses.map(({ name }) => name),
    operators: [...new Set(witnesses.map(({ operator }) => operator))],
  };
};

const sealedFilesOf = ({ blobs }: ParsedBundle): Verdict["sealedFiles"] => ({
  count: blobs.length,
  bytes: blobs.reduce((sum, { bytes }) => sum + bytes.length, 0),
});

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
