// Makes the verdict of a valid bundle, in numbers; the sentences about them are in sentences.ts.
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
import { countTiers } from "./tiers.ts";
import type { LogSummary, SharesByBucket, Verdict } from "./verdict.ts";
import type { Week } from "./week.ts";
import type { WeekSigner } from "./week-statement.ts";

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
