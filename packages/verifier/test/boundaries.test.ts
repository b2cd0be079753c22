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

  const minutesOf = (
    startsAfter: number,
    segment: { readonly at: number; readonly minutes: number; readonly slot?: number },
  ) =>
    codeOf(
      withChain((chain) => {
        chain.start(seed, SLOT * 600 + startsAfter);
        chain.segment(segment.slot ?? SLOT, { minutes: segment.minutes, at: SLOT * 600 + segment.at, stop: true });
      }),
    );

  it.each([
    ["a whole slot", 0, { at: 600, minutes: 10 }, "ok"],
    ["a minute of sixty seconds", 0, { at: 60, minutes: 1 }, "ok"],
    ["a minute of 59 seconds", 0, { at: 59, minutes: 1 }, "SEGMENT_OUTSIDE_RUN"],
    ["a late start", 480, { at: 600, minutes: 2 }, "ok"],
    ["a late start, a second later", 481, { at: 600, minutes: 2 }, "SEGMENT_OUTSIDE_RUN"],
    ["a slot before the start", 600, { at: 1_200, minutes: 0 }, "ok"],
    ["a slot wholly before the start", 601, { at: 1_200, minutes: 0 }, "SEGMENT_OUTSIDE_RUN"],
    ["no more of a slot than it has", 0, { at: 1_200, minutes: 10 }, "ok"],
    ["a slot to come", 0, { at: 599, minutes: 0, slot: SLOT + 1 }, "SEGMENT_OUTSIDE_RUN"],
  ])("minutes passed in the run before they were recorded: %s", (_, startsAfter, segment, code) => {
    expect(minutesOf(startsAfter, segment)).toBe(code);
  });

  it("the slots of a run go forward", () => {
    const twice = (slots: readonly number[]) =>
      withChain((chain) => {
        chain.start(seed, SLOT * 600);
        for (const slot of slots) chain.segment(slot, { minutes: 4, at: (SLOT + 2) * 600 });
      });
    expect(codeOf(twice([SLOT, SLOT + 1]))).toBe("ok");
    expect(codeOf(twice([SLOT, SLOT]))).toBe("SEGMENT_OUTSIDE_RUN");
    expect(codeOf(twice([SLOT + 1, SLOT]))).toBe("SEGMENT_OUTSIDE_RUN");
  });

  it("time entered by hand has passed too", () => {
    const manual = termsOf(world, { manualTime: true });
    const at = (seconds: number) =>
      withChain((chain) => chain.segment(SLOT, { manual: true, minutes: 2, at: SLOT * 600 + seconds }), {}, manual);
    expect([codeOf(at(120)), codeOf(at(119))]).toEqual(["ok", "SEGMENT_OUTSIDE_RUN"]);
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
