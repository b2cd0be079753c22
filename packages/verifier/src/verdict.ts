// What a valid bundle shows; the sentences about it are in sentences.ts.
import type { Bucket } from "@underseal/evidence";
import type { Acknowledged } from "./acknowledgements.ts";
import type { Draws } from "./draws.ts";
import type { Tiers } from "./tiers.ts";
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
