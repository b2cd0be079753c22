import type { BundleManifest } from "@underseal/evidence";
import { describe, expect, it } from "vitest";
import {
  accountOf,
  arrivalOf,
  CLIENT,
  clientAccount,
  createChain,
  createWorld,
  deviceOf,
  FREELANCER,
  freelancerAccount,
  SLOT,
  termsOf,
  WEEK,
} from "./builders.ts";

import { codeOf, encode, honest, LATER_DEVICE, OTHER_ID, seed, terms, withChain, withFinish, world } from "./lying.ts";

describe("boundaries", () => {
  const arriving = (secondsEarly: number) =>
    withFinish({ arrivalOf: (record) => arrivalOf(world, record, { at: record.body.at - secondsEarly }) });

  it.each([
    [0, "ok"],
    [300, "ok"],
    [301, "ARRIVAL_BEFORE_RECORD"],
  ])("a record may arrive %i seconds before its own time: %s", (early, code) => {
    expect(codeOf(arriving(early))).toBe(code);
  });

  it.each([
    [0, "ok"],
    [1, "RECORD_OUTSIDE_VALIDITY"],
  ])("a certificate holds from its first second: %i late", (late, code) => {
    expect(codeOf(withFinish({ devices: [deviceOf(world, { notBefore: SLOT * 600 + late })] }))).toBe(code);
  });

  it.each([
    [0, "RECORD_OUTSIDE_VALIDITY"],
    [1, "ok"],
  ])("a certificate ends before its last second: %i after the last record", (after, code) => {
    const last = honest.chain.records.at(-1)?.body.at ?? 0;
    expect(codeOf(withFinish({ devices: [deviceOf(world, { notAfter: last + after })] }))).toBe(code);
  });

  it.each([
    [WEEK / 600 - 1, "RECORD_OUTSIDE_WEEK"],
    [WEEK / 600, "ok"],
    [WEEK / 600 + 1_007, "ok"],
    [WEEK / 600 + 1_008, "RECORD_OUTSIDE_WEEK"],
  ])("slot %i of the week's edges", (slot, code) => {
    const manual = termsOf(world, { manualTime: true });
    const bytes = withChain((chain) => chain.segment(slot, { manual: true, minutes: 1 }), {}, manual);
    expect(codeOf(bytes)).toBe(code);
  });

  it("a stop claims no more than ten minutes of a slot in all", () => {
    const split = (minutes: number) =>
      withChain((chain) => {
        chain.start(seed, SLOT * 600);
        chain.segment(SLOT, { minutes: 5, stop: true });
        chain.start(seed, SLOT * 600 + 240);
        chain.segment(SLOT, { minutes });
      });
    expect([codeOf(split(5)), codeOf(split(6))]).toEqual(["ok", "SEGMENT_MINUTES_EXCEEDED"]);
  });
});

describe("further lies", () => {
  it("a device of a stranger, with an account of their own in the bundle", () => {
    const accounts = [clientAccount(world), freelancerAccount(world), accountOf(world.stranger, { person: OTHER_ID })];
    const devices = [deviceOf(world, { person: OTHER_ID }, world.stranger)];
    expect(codeOf(withFinish({ accounts, devices }))).toBe("DEVICE_OWNER_UNKNOWN");
  });

  it("an account of the same person with other keys", () => {
    const accounts = [accountOf(world.stranger, { person: CLIENT }), freelancerAccount(world)];
    expect(codeOf(withFinish({ accounts }))).toBe("TERMS_PARTY_UNKNOWN");
  });

  it("a sealing key exchanged in the account: whom the pictures were sealed to", () => {
    const accounts = [
      accountOf(world.client, { person: CLIENT, seal: world.stranger.sealing.recipient }),
      freelancerAccount(world),
    ];
    expect(codeOf(withFinish({ accounts }))).toBe("TERMS_PARTY_UNKNOWN");
  });

  it("somebody who contracts with themselves", () => {
    const self = { ...terms.body.freelancer, person: FREELANCER };
    const bad = termsOf(world, { client: self }, [world.freelancer, world.freelancer]);
    expect(
      codeOf(withChain((chain) => chain.start(seed, SLOT * 600), { accounts: [freelancerAccount(world)] }, bad)),
    ).toBe("TERMS_PARTY_UNKNOWN");
  });

  it("a log of another name or key", () => {
    const other = { ...createWorld(77).log };
    expect(codeOf(withFinish({ log: { signer: other } }))).toBe("LOG_PROOF_INVALID");
  });

  it("an unknown cosignature, which nothing here could check", () => {
    const witness = { name: "witness.example", seed: createWorld(78).log.seed };
    expect(codeOf(withFinish({ log: { cosign: () => [{ witness, time: SLOT * 600 }] } }))).toBe(
      "LOG_PROOF_NOT_MINIMAL",
    );
  });

  it("records of two devices in the wrong order, or of one device twice", () => {
    const other = createChain(world, { terms, device: LATER_DEVICE });
    other.start(seed, SLOT * 600);
    const devices = [deviceOf(world), deviceOf(world, { device: LATER_DEVICE })];
    const own = honest.chain.records;
    const codeOfRecords = (records: typeof own) => {
      const order = (bundle: BundleManifest) => {
        const byPayload = new Map(bundle.records.map((record) => [record.envelope.payload, record]));
        return { ...bundle, records: records.map(({ envelope }) => byPayload.get(envelope.payload)) };
      };
      return codeOf(encode(order, { devices, records: [...own, ...other.records] }));
    };
    expect(codeOfRecords([...own, ...other.records])).toBe("ok");
    expect(codeOfRecords([...other.records, ...own])).toBe("RECORD_CHAIN_BROKEN");
    expect(codeOfRecords([...own, ...own, ...other.records])).toBe("RECORD_CHAIN_BROKEN");
  });
});
