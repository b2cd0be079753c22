import { signingKeyOf } from "@underseal/evidence";
import {
  type Clock,
  money,
  ok,
  type Random,
  type Redacted,
  type Result,
  reveal,
  SECOND_MS,
} from "@underseal/foundation";
import { isAcceptablePublicKey } from "@underseal/tlog";
import { createBeacon } from "./beacon/index.ts";
import { createBillingFeature, DEFAULT_CALENDAR, recordSegment, weekTimes } from "./billing/index.ts";
import type { Config } from "./config.ts";
import { type ContractDeposits, type Contracts, createContracts } from "./contracts/index.ts";
import { createDevices } from "./devices/index.ts";
import { createEvidence } from "./evidence/index.ts";
import { createLedgerFeature, depositAccount, fundsOf } from "./ledger/index.ts";
import { type LogError, openLog } from "./log/index.ts";
import { createPaymentsFeature, createSandboxProvider, type PartiesOf } from "./payments/index.ts";
import { createPeople, type People } from "./people/index.ts";
import type { BlobStore } from "./platform/blobs/index.ts";
import type { Feature } from "./platform/feature.ts";
import type { Authenticators } from "./platform/http/authenticate.ts";
import type { Logger } from "./platform/logger.ts";
import type { Database } from "./platform/postgres/database.ts";
import type { Secrets, SecretsError } from "./platform/secrets.ts";

// The composition root: here, and only here, features meet the platform and each other.

/** What the platform gives to features; each asks only for what it uses. */
export interface Platform {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly secrets: Secrets;
  readonly authSecret: Redacted<Uint8Array>;
  /** Known once the server listens; ask for it no earlier than the first request. */
  readonly publicUrl: () => string;
  readonly origins: () => readonly string[];
}

export interface App {
  readonly features: readonly Feature[];
  readonly people: People;
  readonly authenticators: Authenticators;
}

/** A feature that cannot begin its work, such as a log whose key was exchanged. */
export type AppError = SecretsError | LogError;

export const composeApp = async (platform: Platform): Promise<Result<App, AppError>> => {
  const { config, clock, database, logger, secrets } = platform;
  const logKey = await secrets.get("log-key");
  if (!logKey.ok) return logKey;
  const platformSecret = await secrets.get("platform-key");
  if (!platformSecret.ok) return platformSecret;
  const platformKey = signingKeyOf(reveal(platformSecret.value));
  const opened = await openLog({
    ...{ database, origin: config.origin, logKey: logKey.value, policyFile: config.logPolicyFile },
    timestamping: timestampingOf(config),
    publishEveryMs: config.logIntervalSeconds * SECOND_MS,
    onFault: (error) => logger.warn({ err: error }, "the log could not be written; it is tried again"),
    onAlarm: ({ name, detail }) => logger.error({ alarm: name }, detail),
  });
  if (!opened.ok) return opened;
  const log = opened.value;
  const beaconKey = await secrets.get("beacon-key");
  if (!beaconKey.ok) return beaconKey;
  const beacon = createBeacon({
    ...{ database, clock, settings: config.beacon, beaconKey: beaconKey.value, fetch },
    onFault: ({ url, code }) => logger.warn({ code, relay: url }, "a relay of the beacon failed; others are asked"),
  });
  const people = createPeople({
    ...platform,
    signUp: config.signUp,
    isRateLimited: config.rateLimitPerMinute > 0,
    isAcceptablePublicKey,
  });
  const devices = createDevices({ ...platform, people, log });
  const contracts = createContracts({
    ...{ database, clock, people, deposits, log },
    platform: {
      ...{ name: config.origin, publicKey: platformKey.publicKey, feePermille: config.feePermille },
      ...{ logPolicy: log.policyText, beacon: beacon.chain },
    },
  });
  const onFault = (fault: { readonly cause: unknown }) =>
    logger.error({ err: fault.cause }, "a step failed; it is tried again");
  const billing = { ...platform, calendar: DEFAULT_CALENDAR, partiesOf: contracts.partiesOf, onFault };
  const evidence = createEvidence({
    ...{ ...platform, devices, contracts, log, beacon, platformKey, accounts: people },
    onFault: (error) => logger.error({ err: error }, "a record could not be admitted"),
    billing: {
      recordSegment: (transaction, segment) => recordSegment(billing, transaction, segment),
      lockAtMs: (weekStartMs) => weekTimes(DEFAULT_CALENDAR, weekStartMs).lockAtMs,
    },
  });
  const payments = { ...platform, provider: createSandboxProvider(platform), partiesOf: payersOf(contracts), onFault };

  // One line per feature: its routes are served, its `tick` is called, and it is stopped, from here on.
  const features: readonly Feature[] = [
    people,
    log,
    beacon,
    devices,
    contracts,
    evidence,
    createLedgerFeature(platform),
    createPaymentsFeature(payments),
    createBillingFeature(billing),
  ];
  const authenticators: Authenticators = { findPerson: people.findPerson, findDevice: devices.authenticate };
  return ok({ features, people, authenticators });
};

/** A configuration has both or none of them. */
const timestampingOf = ({ tsaUrl, tsaCertificateFile }: Config) =>
  tsaUrl === null || tsaCertificateFile === null ? null : { url: tsaUrl, certificateFile: tsaCertificateFile };

const deposits: ContractDeposits = {
  depositOf: async (transaction, deposit) => {
    const funds = await fundsOf(transaction, depositAccount(deposit).id);
    return {
      balance: money(funds.balanceMinor, deposit.currency),
      held: money(funds.heldMinor, deposit.currency),
    };
  },
};

/** A deposit is put down for signed terms, in their currency. */
const payersOf =
  (contracts: Contracts): PartiesOf =>
  async (transaction, contractId) => {
    const parties = await contracts.partiesOf(transaction, contractId);
    const terms = parties === null ? null : await contracts.currentTerms(transaction, contractId);
    return parties === null || terms === null ? null : { ...parties, currency: terms.body.rate.currency };
  };
