import { readStatement, type Statement, signStatement } from "@underseal/evidence";
import { bytesToBase64, bytesToBase64Url, reveal } from "@underseal/foundation";
import { beforeAll, describe, expect, it } from "vitest";
import { type OpenRequest, openCapture } from "../src/workers/open-capture.ts";
import { CONTRACT_ID, type RecordedContract, recordContract } from "./fixture/contract.ts";
import { createTestPerson, type TestPerson } from "./fixture/people.ts";
import { plannedWeek } from "./fixture/plan.ts";

const person = (kind: "client" | "freelancer", randomSeed: number) =>
  createTestPerson({
    personId: `019a9f00-0000-7000-8000-0000000000${randomSeed}`,
    name: kind,
    email: `${kind}@example.test`,
    kind,
    randomSeed,
  });

let client: TestPerson;
let freelancer: TestPerson;
let stranger: TestPerson;
let contract: RecordedContract;
let request: OpenRequest;

beforeAll(async () => {
  client = await person("client", 11);
  freelancer = await person("freelancer", 12);
  stranger = await person("client", 13);
  const plans = plannedWeek().slice(0, 2);
  contract = await recordContract({ client, freelancer }, plans);
  const slot = plans[0]?.slot ?? 0;
  const disclosure = contract.records.find(({ statement }) => statement.name === "disclosure")?.statement;
  // Found by its name.
  const { body } = disclosure as Statement as Statement<"disclosure">;
  request = {
    contractId: CONTRACT_ID,
    slot,
    readerSign: client.publicKeys.sign,
    segmentEvidence: contract.evidenceOf(slot),
    captureHash: body.capture,
    blob: contract.blobs.get(body.visible?.digest ?? "") ?? new Uint8Array(),
    identity: client.keys.sealing.identity,
  };
});

type Evidence = OpenRequest["segmentEvidence"];
type Envelope = { payload: string; signatures: { keyid: string; sig: string }[] };

const withEvidence = (change: Partial<Evidence>): OpenRequest => ({
  ...request,
  segmentEvidence: { ...request.segmentEvidence, ...change },
});

const withRecords = (change: (record: Evidence["records"][number], i: number) => Evidence["records"][number]) =>
  withEvidence({ records: request.segmentEvidence.records.map(change) });

/** The same envelope with one bit of its first signature changed. */
const spoilSignature = (envelope: unknown): Envelope => {
  const copy = structuredClone(envelope) as Envelope;
  const bytes = Uint8Array.from(atob(copy.signatures[0]?.sig ?? ""), (char) => char.charCodeAt(0));
  bytes[40] = (bytes[40] ?? 0) ^ 1;
  copy.signatures[0] = { keyid: copy.signatures[0]?.keyid ?? "", sig: bytesToBase64(bytes) };
  return copy;
};

const codeOf = async (changed: OpenRequest) => {
  const opened = await openCapture(changed);
  return opened.ok ? "opened" : opened.error.code;
};

describe("a capture whose every record and byte is as it was signed", () => {
  it("opens for the client and for the freelancer, with every check passed", async () => {
    for (const reader of [client, freelancer]) {
      const opened = await openCapture({
        ...request,
        readerSign: reader.publicKeys.sign,
        identity: reader.keys.sealing.identity,
      });
      expect(opened.ok && opened.value.checks.every(({ state }) => state === "passed")).toBe(true);
    }
  });

  it("counts the withheld tiles itself", async () => {
    const opened = await openCapture(request);
    expect(opened.ok && opened.value.picture.counts).toEqual({ visible: 260 - 48, redacted: 48, masked: 0 });
  });

  it("opens without account statements, and says that they were not checked", async () => {
    const opened = await openCapture(withEvidence({ accounts: [] }));
    const accounts = opened.ok && opened.value.checks.find(({ name }) => name === "accounts");
    expect(accounts).toEqual({ name: "accounts", state: "skipped" });
  });
});

describe("a capture is not drawn", () => {
  const cases: readonly [string, string, () => OpenRequest][] = [
    [
      "when the terms name other keys than the reader's",
      "TERMS",
      () => ({ ...request, readerSign: stranger.publicKeys.sign }),
    ],
    ["when the terms are of another contract", "TERMS", () => ({ ...request, contractId: crypto.randomUUID() })],
    [
      "when the freelancer has not signed the terms",
      "TERMS",
      () => withEvidence({ terms: contract.proposed.envelope }),
    ],
    [
      "when an account announces another key",
      "ACCOUNT",
      () => withEvidence({ accounts: [announcedAnew().envelope, freelancer.account.envelope] }),
    ],
    ["when the device is not certified", "DEVICE", () => withEvidence({ devices: [] })],
    [
      "when the certificate's signature is spoilt",
      "DEVICE",
      () => withEvidence({ devices: [spoilSignature(contract.device.envelope)] }),
    ],
    [
      "when a record's signature is spoilt",
      "SIGNATURE",
      () => withRecords((record, i) => (i === 2 ? { ...record, envelope: spoilSignature(record.envelope) } : record)),
    ],
    [
      "when a record comes twice",
      "CHAIN",
      () =>
        withEvidence({
          records: request.segmentEvidence.records.toSpliced(1, 0, ...request.segmentEvidence.records.slice(0, 1)),
        }),
    ],
    [
      "when the start of a capture's run is left out",
      "MISSING",
      () =>
        withEvidence({
          records: request.segmentEvidence.records.filter(({ envelope }) => !readStatement(envelope, "start").ok),
        }),
    ],
    [
      "when the minutes shown are more than the tracker signed",
      "SUMMARY",
      () =>
        withEvidence({
          segment: { ...request.segmentEvidence.segment, minutes: request.segmentEvidence.segment.minutes + 1 },
        }),
    ],
    [
      "when the activity shown is not the one that the tracker signed",
      "SUMMARY",
      () =>
        withEvidence({
          segment: { ...request.segmentEvidence.segment, activity: request.segmentEvidence.segment.activity + 1 },
        }),
    ],
    [
      "when the arrival is signed by somebody else",
      "ARRIVAL",
      () => withRecords((record) => ({ ...record, arrival: spoilSignature(record.arrival) })),
    ],
    [
      "when the arrival is another record's",
      "ARRIVAL",
      () => withRecords((record) => ({ ...record, arrival: request.segmentEvidence.records[0]?.arrival ?? null })),
    ],
    [
      "while the log has not published a record",
      "LOG_PENDING",
      () => withRecords((record, i) => (i === 1 ? { ...record, proof: null } : record)),
    ],
    [
      "when the log's proof is another record's",
      "LOG",
      () => withRecords((record) => ({ ...record, proof: request.segmentEvidence.records[0]?.proof ?? null })),
    ],
    [
      "when the segment record is missing",
      "MISSING",
      () =>
        withEvidence({
          records: request.segmentEvidence.records.filter(({ envelope }) => !readStatement(envelope, "segment").ok),
        }),
    ],
    ["when another slot is asked for", "MISSING", () => ({ ...request, slot: request.slot + 1 })],
    [
      "when the disclosure is missing",
      "MISSING",
      () =>
        withEvidence({
          records: request.segmentEvidence.records.filter(({ envelope }) => !readStatement(envelope, "disclosure").ok),
        }),
    ],
    [
      "when one byte of the blob differs",
      "DIGEST",
      () => ({ ...request, blob: request.blob.with(500, (request.blob[500] ?? 0) ^ 1) }),
    ],
    [
      "when the reader's key is not among the recipients",
      "UNDECRYPTABLE",
      () => ({ ...request, identity: stranger.keys.sealing.identity }),
    ],
  ];

  const announcedAnew = () =>
    signStatement("account", { ...client.party, person: client.personId, sign: stranger.publicKeys.sign, at: 1 }, [
      reveal(stranger.keys.signing.secretKey),
    ]);

  it.each(cases)("%s (%s)", async (_, code, change) => {
    expect(await codeOf(change())).toBe(code);
  });

  it("when another capture's blob is sent for it", async () => {
    const other = [...contract.blobs.values()].at(-1) ?? new Uint8Array();
    expect(await codeOf({ ...request, blob: other })).toBe("DIGEST");
  });

  it("and the list of checks ends at the one that failed", async () => {
    const opened = await openCapture({ ...request, blob: request.blob.with(500, (request.blob[500] ?? 0) ^ 1) });
    const states = opened.ok ? [] : opened.error.checks.map(({ state }) => state);
    expect(states).toEqual([...Array(10).fill("passed"), "failed", ...Array(5).fill("not-reached")]);
  });
});

describe("a capture whose moment was not drawn as the terms say is not drawn on the screen", () => {
  const plans = plannedWeek().slice(0, 1);

  const codeWith = async (dishonesty: Parameters<typeof recordContract>[2]) => {
    const dishonest = await recordContract({ client, freelancer }, plans, dishonesty);
    const disclosure = dishonest.records.find(({ statement }) => statement.name === "disclosure")?.statement;
    // Found by its name.
    const { body } = disclosure as Statement as Statement<"disclosure">;
    return codeOf({
      ...request,
      segmentEvidence: dishonest.evidenceOf(request.slot),
      captureHash: body.capture,
      blob: dishonest.blobs.get(body.visible?.digest ?? "") ?? new Uint8Array(),
    });
  };

  it("as it is where everything is true", async () => {
    expect(await codeWith({})).toBe("opened");
  });

  it("when its round is not signed by the beacon of the terms", async () => {
    const sig = bytesToBase64Url(new Uint8Array(48).fill(7));
    expect(await codeWith({ spoil: (beacon) => ({ ...beacon, sig }) })).toBe("BEACON");
  });

  it("when it holds no signed round although the beacon draws its run", async () => {
    expect(await codeWith({ spoil: ({ round }) => ({ round }) })).toBe("BEACON");
  });

  it("when nobody drew its round", async () => {
    expect(await codeWith({ odds: 10_000 })).toBe("DRAW");
  });
});

it("the capture asked for is the one in the address", async () => {
  expect(await codeOf({ ...request, captureHash: bytesToBase64Url(new Uint8Array(32)) })).toBe("MISSING");
});
