// The numbers of a valid week, in words.
import type { SharesByBucket, Verdict } from "@underseal/verifier";
import { count, day, duration, size } from "./sentences.ts";

export type Facts = readonly (readonly [name: string, value: string])[];

export const bundleFacts = (verdict: Verdict): Facts => [
  ["Week", `from Monday ${day(verdict.week)}, UTC`],
  ["Contract", verdict.contract],
  ["Client", partyOf(verdict.parties.client)],
  ["Freelancer", partyOf(verdict.parties.freelancer)],
  [
    "Terms",
    `version ${verdict.terms.version}, profile ${verdict.terms.profile}, at most ${duration(verdict.terms.weeklyLimitMinutes)} a week`,
  ],
  ["Time", `${duration(verdict.minutes)} in ${count(verdict.segments, "segment")}${byHand(verdict)}`],
  ["Time is proven", tiersOf(verdict)],
  ["Pictures", `${number(verdict.captures)}, of which ${number(verdict.disclosedCaptures)} were sealed to the client`],
  ...sharesOf("Never captured", verdict.masked),
  ...sharesOf("Withheld afterwards", verdict.hidden),
  ["Draws", drawsOf(verdict)],
  ["Log", `${verdict.log.origin}, ${count(verdict.log.checkpoints, "checkpoint")} in this file`],
  ["Witnesses", witnessesOf(verdict)],
  ["Records", recordsOf(verdict)],
  [
    "Arrival",
    `half within ${count(verdict.arrivalDelaySeconds.median, "second")}, the last after ${count(verdict.arrivalDelaySeconds.max, "second")}`,
  ],
  ["Sealed files", `${number(verdict.sealedFiles.count)} (${size(verdict.sealedFiles.bytes)})`],
  ["Client's software", acknowledgedOf(verdict)],
  ["Week statement", verdict.weekSigner === null ? "none yet" : `signed by the ${verdict.weekSigner}`],
];

/** The week in one line. */
export const bundleSummary = (verdict: Verdict): string =>
  `The week from Monday ${day(verdict.week)}: ${duration(verdict.minutes)} in ${count(verdict.segments, "segment")}, ` +
  `${count(verdict.captures, "picture")}.`;

const number = (value: number): string => value.toLocaleString("en");

const partyOf = ({ person, keyId }: Verdict["parties"]["client"]): string => `${person}, key ${keyId}`;

const byHand = ({ manualMinutes }: Verdict): string =>
  manualMinutes === 0 ? "" : `, of which ${duration(manualMinutes)} entered by hand`;

const BOUNDS: Readonly<Record<Verdict["tiers"]["boundedBy"], string>> = {
  witnesses: "by the word of two witnesses or more",
  witness: "by the word of one witness",
  platform: "by the platform's word alone",
};

const tiersOf = ({ tiers }: Verdict): string =>
  `${count(tiers.a, "segment")} within a minute (A), ${number(tiers.b)} within half a day (B), ` +
  `${number(tiers.c)} later (C), ${BOUNDS[tiers.boundedBy]}`;

const PERMILLE_PER_PERCENT = 10;

const sharesOf = (name: string, shares: SharesByBucket): Facts =>
  shares.length === 0
    ? []
    : [
        [
          name,
          shares
            .map(({ permille, captures }) =>
              permille === 0
                ? `nothing in ${count(captures, "picture")}`
                : `up to ${permille / PERMILLE_PER_PERCENT} % of the screen in ${count(captures, "picture")}`,
            )
            .join(", "),
        ],
      ];

const drawsOf = ({ draws, beacon }: Verdict): string =>
  [
    `${count(draws.drawn, "moment")} drawn, ${number(draws.missing)} without a picture`,
    ...(draws.uncheckedRuns > 0 ? [`${count(draws.uncheckedRuns, "run")} could not be checked`] : []),
    ...(draws.offlineRuns > 0 ? [`${count(draws.offlineRuns, "run")} drawn by the device itself`] : []),
    ...(draws.verifiedRounds > 0
      ? [`by ${beacon === "quicknet" ? "drand's public beacon" : "the platform's beacon"}`]
      : []),
  ].join("; ");

const witnessesOf = ({ log }: Verdict): string =>
  log.witnesses.length === 0
    ? "none"
    : `${log.witnesses.join(", ")}, run by ${count(log.operators.length, "operator")}`;

const recordsOf = ({ records, devices, revokedDevices, conflicts }: Verdict): string =>
  [
    `${number(records)} by ${count(devices, "device")}`,
    ...(revokedDevices > 0 ? [`${count(revokedDevices, "device")} revoked later`] : []),
    ...(conflicts > 0 ? [`${count(conflicts, "number")} signed twice`] : []),
  ].join("; ");

const acknowledgedOf = ({ acknowledged }: Verdict): string =>
  acknowledged.accepted === 0 && acknowledged.complaints.length === 0
    ? "no answer in this file"
    : `found ${number(acknowledged.accepted)} disclosures as recorded, complained about ${number(acknowledged.complaints.length)}`;
