// Builders for tests of what the tracker keeps: a real outbox in a folder of its own, keys, and signed terms' content.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { DatabaseSync } from "node:sqlite";
import {
  type BeaconChain,
  beaconKeyOf,
  readAnyStatement,
  type Statement,
  type StatementBody,
  sealingKeyOf,
  signingKeyOf,
} from "@underseal/evidence";
import {
  assert,
  bytesToBase64Url,
  type ContractId,
  createId,
  createSystemRandom,
  createTestClock,
  type DeviceId,
  redact,
  slotOf,
} from "@underseal/foundation";
import { encodeVerifierKey, verifierKeyOf } from "@underseal/tlog";
import type { Commitment } from "../src/captures/commit.ts";
import type { DeviceKeys } from "../src/keys/device-keys.ts";
import { createLogStore } from "../src/outbox/log-store.ts";
import { createOutbox, type Outbox } from "../src/outbox/outbox.ts";
import { openOutboxDatabase } from "../src/outbox/schema.ts";
import { createReviewStore, type ReviewStore } from "../src/review/store.ts";
import { createFaultStore, type FaultStore } from "../src/session/faults.ts";
import { createSessionStore, type SessionStore } from "../src/session/store.ts";
import type { TermsInForce } from "../src/session/terms.ts";

export const random = createSystemRandom();

/** Monday, 16 November 2026, 09:00 UTC: the beginning of a segment. */
export const NINE_MS = Date.UTC(2026, 10, 16, 9);
export const FIRST_SLOT = slotOf(NINE_MS);

export const newId = <Id extends string>(): Id => createId<Id>({ clock: createTestClock(NINE_MS), random });

export const testKeys = (): DeviceKeys => ({
  deviceId: newId<DeviceId>(),
  signing: signingKeyOf(random.bytes(32)),
  vault: sealingKeyOf(random.bytes(32)),
});

/** A sender that knows no terms and whose chain is known to be the server's. */
export const plainSending = ({ database }: Pick<OutboxWorld, "database">) => ({
  log: createLogStore(database),
  heads: { confirm: async () => "known" as const },
  termsOf: () => null,
});

/** Of a tracker with nothing in its outbox. */
export const NO_COUNTS = {
  ...{ pending: 0, admitted: 0, refused: 0, superseded: 0, blobs: 0, alarms: 0 },
  toReview: { waiting: 0, dueSoon: 0, leaving: 0 },
};

/** Of a commitment without a tile to withhold. */
export const NO_TILES = { columns: 0, rows: 0, reasons: [] };

/** Of a picture that is nowhere. */
export const commitmentOf = (): Commitment => {
  const root = bytesToBase64Url(random.bytes(32));
  return { root, maskedPermille: 0, vaultFile: path.join("/nowhere", root), map: "", fallback: null, tiles: NO_TILES };
};

export interface OutboxWorld {
  readonly database: DatabaseSync;
  readonly outbox: Outbox;
  readonly store: SessionStore;
  readonly faults: FaultStore;
  readonly reviews: ReviewStore;
}

export const openOutbox = (directory: string): OutboxWorld => {
  const opened = openOutboxDatabase(path.join(directory, "outbox.sqlite"));
  assert(opened.ok, opened.ok ? "" : opened.error.message);
  return {
    database: opened.value,
    outbox: createOutbox(opened.value),
    store: createSessionStore(opened.value),
    faults: createFaultStore(opened.value),
    reviews: createReviewStore(opened.value),
  };
};

/** A folder that is gone at the end of the block that made it with `using`. */
export const temporaryFolder = (): { readonly path: string } & Disposable => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "underseal-outbox-"));
  return { path: folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
};

type DeviceRecord = Statement<"start"> | Statement<"capture"> | Statement<"segment"> | Statement<"disclosure">;

/** All records of the device in the order in which they were made. */
export const readRecords = (database: DatabaseSync): readonly DeviceRecord[] =>
  database
    .prepare("select envelope from record order by rowid")
    .all()
    .map(({ envelope }) => {
      const statement = readAnyStatement(JSON.parse(String(envelope)));
      assert(statement.ok, "a stored record can be read");
      // The outbox holds the four kinds of device records only.
      return statement.value as DeviceRecord;
    });

/** A beacon of our own, of one round every three seconds since a round hour. */
export const beaconSecret = random.bytes(32);
export const beaconChain: BeaconChain = {
  publicKey: beaconKeyOf(beaconSecret),
  genesis: NINE_MS / 1000 - 86_400,
  period: 3,
};

export const logSigner = { name: "log.example/test", seed: redact(random.bytes(32)) };
export const platformSigning = signingKeyOf(random.bytes(32));

export const termsWith = ({ odds, chain = beaconChain }: { odds: number; chain?: BeaconChain }): TermsInForce => {
  const party = () => ({ person: newId<string>(), generation: 0, sign: "", seal: "" });
  return {
    hash: random.bytes(32),
    body: {
      contract: newId<ContractId>(),
      version: 1,
      previous: bytesToBase64Url(new Uint8Array(32)),
      client: party(),
      freelancer: party(),
      validFrom: NINE_MS / 1000,
      profile: "sealed",
      rate: { amountMinor: 6_000, currency: "EUR" },
      feePermille: 0,
      weeklyLimitMinutes: 2_400,
      manualTime: false,
      funding: "deposit",
      depositMinor: 100_000,
      protection: "protection/1",
      redaction: "structure",
      treeSize: 1024,
      draw: { odds, beacon: { ...chain, publicKey: bytesToBase64Url(chain.publicKey) } },
      log: `log ${encodeVerifierKey(verifierKeyOf(logSigner))}\nquorum none\n`,
      platform: bytesToBase64Url(platformSigning.publicKey),
    },
  };
};

export type Named<Name extends "start" | "capture" | "segment"> = StatementBody<Name>;

/** The records of a run, by kind. */
export const bodiesOf = ({ database }: OutboxWorld) => {
  const records = readRecords(database);
  const named = <Name extends "start" | "capture" | "segment">(name: Name) =>
    // `readAnyStatement` read the body by the schema of this name.
    records.filter((record) => record.name === name).map(({ body }) => body as Named<Name>);
  return { starts: named("start"), captures: named("capture"), segments: named("segment"), records };
};

/** `[segment, minutes, whether it ends a run]`, segments counted from nine o'clock. */
export const segmentsOf = (world: OutboxWorld) =>
  bodiesOf(world).segments.map(({ slot, minutes, stop }) => [slot - FIRST_SLOT, minutes, stop]);
