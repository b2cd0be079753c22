import { readFileSync } from "node:fs";
import { zstdCompressSync } from "node:zlib";
import {
  activityBytes,
  activityLevel,
  bucketOf,
  buildTree,
  commitment,
  encodeManifest,
  encodeMap,
  type LeafState,
  leafStates,
  leavesOf,
  phraseOf,
  TILE_BYTES,
  wrapKeyOf,
} from "@underseal/evidence";
import { sealHidden, sealVisible } from "@underseal/evidence/seal";
import { bytesToBase64Url, redact, utf8ToBytes } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { verifyBundle } from "../src/index.ts";
import { CLIENT, CONTRACT, createChain, createWorld, FREELANCER, SLOT, termsOf, WEEK } from "./builders.ts";
import { verdictOf } from "./lying.ts";
import { bytesOfWeek, drawSeedOf, finishWeek, writeHonestWeek } from "./weeks.ts";

/** Time on the processor: what else the machine does must not fail a test. */
const cpuMs = (): number => process.cpuUsage().user / 1_000;

describe("an honest week", () => {
  const week = writeHonestWeek({ slots: 2 });
  const verdict = verdictOf(bytesOfWeek(week));

  it("is told in numbers", () => {
    expect(verdict).toMatchObject({
      contract: CONTRACT,
      week: WEEK,
      parties: { client: { person: CLIENT }, freelancer: { person: FREELANCER } },
      terms: { version: 1, profile: "sealed", weeklyLimitMinutes: 2_400 },
      phrase: phraseOf(week.terms.hash),
      devices: 1,
      records: 9,
      segments: 2,
      minutes: 20,
      manualMinutes: 0,
      captures: 3,
      disclosedCaptures: 3,
      masked: [{ permille: 50, captures: 3 }],
      hidden: [{ permille: 100, captures: 3 }],
      draws: { drawn: 3, missing: 0, uncheckedRuns: 0 },
      arrivalDelaySeconds: { median: 2, max: 2 },
      sealedFiles: { count: 6, bytes: 576 },
    });
  });

  it("is told in sentences, and what it does not show as well", () => {
    expect(verdict.proven).toContain("Each of the 3 moments that were drawn has its picture.");
    expect(verdict.notProven).toContain("Nothing here proves that a person worked, or that the work was good.");
    expect(verdict.notProven.join()).toMatch(/No witness signed the log.*drawn by the device/);
    expect(verdict.notProven.join()).toContain("not opened");
    for (const sentence of [...verdict.proven, ...verdict.notProven]) expect(sentence).toMatch(/^[A-Z0-9].*\.$/);
  });

  it("gives the same answer for the same bytes", () => {
    expect(verifyBundle(bytesOfWeek(week))).toEqual({ ok: true, value: verdict });
  });

  it("is brought into order by its encoder", () => {
    const { manifest } = finishWeek(week);
    const shuffled = { ...manifest, records: manifest.records.toReversed(), blobs: manifest.blobs.toReversed() };
    expect(encodeManifest(shuffled)).toEqual(encodeManifest(manifest));
  });
});

describe("what is told, not refused", () => {
  it("a drawn moment without a picture", () => {
    const honest = writeHonestWeek({ slots: 1 });
    const chain = createChain(honest.world, { terms: honest.terms });
    chain.start(honest.drawSeed, SLOT * 600);
    chain.segment(SLOT, { stop: true });
    const verdict = verdictOf(bytesOfWeek(honest, { records: chain.records, blobs: [] }));
    expect(verdict.draws).toMatchObject({ drawn: 1, missing: 1, uncheckedRuns: 0 });
    expect(verdict.notProven.join()).toContain("1 of 1 drawn moments have no picture");
  });

  it("a run whose seed is not revealed, because it did not stop", () => {
    const { world, terms } = writeHonestWeek();
    const chain = createChain(world, { terms });
    chain.start(drawSeedOf(1), SLOT * 600);
    chain.segment(SLOT);
    const verdict = verdictOf(bytesOfWeek({ ...writeHonestWeek(), chain, blobs: [] }));
    expect(verdict.draws).toMatchObject({ drawn: 0, missing: 0, uncheckedRuns: 1 });
    expect(verdict.notProven.join()).toContain("The draws of 1 run could not be checked");
  });

  it("a picture that was not disclosed", () => {
    const honest = writeHonestWeek();
    const records = honest.chain.records.filter(({ name }) => name !== "disclosure");
    const verdict = verdictOf(bytesOfWeek(honest, { records, blobs: [] }));
    expect(verdict).toMatchObject({ captures: 1, disclosedCaptures: 0, hidden: [] });
    expect(verdict.notProven.join()).toContain("1 of 1 pictures were not disclosed");
  });

  it("time entered by hand, where the terms allow it", () => {
    const week = writeHonestWeek({ terms: { manualTime: true } });
    week.chain.segment(SLOT + 5, { manual: true, minutes: 7, activity: 0 });
    expect(verdictOf(bytesOfWeek(week))).toMatchObject({ minutes: 17, manualMinutes: 7, segments: 2 });
  });

  it("records of other weeks in between, and disclosures of earlier pictures", () => {
    const honest = writeHonestWeek();
    const { chain, captures } = honest;
    const [capture] = captures;
    if (capture === undefined) throw new Error("a capture");
    const nextWeek = SLOT + 1_008;
    chain.start(drawSeedOf(1), nextWeek * 600);
    chain.segment(nextWeek, { stop: true });
    const [visible, hidden] = [new Uint8Array(5).fill(1), new Uint8Array(6).fill(2)];
    chain.disclosure({ capture: capture.hash, visible, hidden }, { ver: 1, redacted: 200, at: (nextWeek + 2) * 600 });
    const blobs = [...honest.blobs, visible, hidden];
    expect(verdictOf(bytesOfWeek(honest, { blobs }))).toMatchObject({
      minutes: 10,
      hidden: [{ permille: 200, captures: 1 }],
      sealedFiles: { count: 4 },
    });
  });

  it("a chain that begins in the middle of a run, and with a disclosure of last week between", () => {
    const { world, terms } = writeHonestWeek();
    const chain = createChain(world, { terms });
    const drawSeed = drawSeedOf(5);
    chain.start(drawSeed, WEEK - 60);
    chain.segment(WEEK / 600 - 1, { minutes: 1 });
    chain.segment(WEEK / 600);
    chain.disclosure(
      { capture: world.random.bytes(32), visible: new Uint8Array(3), hidden: new Uint8Array(4) },
      { ver: 4 },
    );
    chain.segment(WEEK / 600 + 1, { stop: true });
    const records = chain.records.slice(2);
    const verdict = verdictOf(bytesOfWeek(writeHonestWeek(), { records, blobs: [] }));
    expect(verdict).toMatchObject({ minutes: 20, draws: { uncheckedRuns: 1 } });
    expect(verdict.notProven.join()).toContain("1 disclosures belong to pictures of other weeks");
  });

  it("two versions of the terms, each with its records", () => {
    const world = createWorld(3);
    const first = termsOf(world);
    const second = termsOf(world, {
      version: 2,
      previous: bytesToBase64Url(first.hash),
      validFrom: (SLOT + 1) * 600,
      rate: { amountMinor: 7_000, currency: "EUR" },
    });
    const chain = createChain(world, { terms: first });
    chain.start(drawSeedOf(1), SLOT * 600);
    chain.segment(SLOT);
    chain.segment(SLOT + 1, { terms: bytesToBase64Url(second.hash) });
    const bytes = bytesOfWeek({ ...writeHonestWeek(), world, chain, blobs: [] }, { terms: [first, second] });
    expect(verdictOf(bytes)).toMatchObject({ terms: { version: 2 }, phrase: phraseOf(second.hash) });
  });
});

describe("a week sealed for real", () => {
  it("verifies, with the very files that the client opens", async () => {
    const world = createWorld(8);
    const beacon = { genesis: 60, period: 60, publicKey: bytesToBase64Url(world.beaconKey) };
    const terms = termsOf(world, { draw: { odds: 1, beacon } });
    const chain = createChain(world, { terms });
    const drawSeed = drawSeedOf(2);
    const startAt = SLOT * 600;
    chain.start(drawSeed, startAt, { beacon: { round: startAt / 60 } });
    const secret = world.random.bytes(32);
    const content = {
      header: {
        app: "t",
        width: 128,
        height: 64,
        tile: 64 as const,
        halvings: 0,
        displays: [{ x: 0, y: 0, width: 128, height: 64 }],
      },
      context: { title: "a", process: "b" },
      tiles: [new Uint8Array(TILE_BYTES).fill(5), null],
    };
    const leaves = leavesOf(content, 1024);
    const tree = buildTree(secret, leaves);
    const states = leaves.map(
      (_, i): LeafState => (i < 3 ? leafStates.visible : i === 3 ? leafStates.masked : leafStates.padding),
    );
    const round = startAt / 60 + 1;
    const capture = chain.capture(round, {
      at: round * 60 + 1,
      root: bytesToBase64Url(tree.root),
      masked: bucketOf(1, 2),
    });
    const minutes = Array.from({ length: 10 }, () => ({ keys: 1, clicks: 0, wheel: 0, moves: 0 }));
    const [activitySalt, mapSalt] = [world.random.bytes(32), world.random.bytes(32)];
    chain.segment(SLOT, {
      at: startAt + 120,
      minutes: 2,
      stop: true,
      captures: [bytesToBase64Url(capture.hash)],
      activity: activityLevel(minutes),
      activityC: bytesToBase64Url(commitment(activitySalt, activityBytes(minutes))),
    });
    const deps = { compress: (bytes: Uint8Array) => new Uint8Array(zstdCompressSync(bytes)) };
    const sealable = { capture: capture.hash, secret: redact(secret), tree, leaves };
    const recipients = [world.client.sealing.recipient, world.freelancer.sealing.recipient];
    const sealing = { states, mapSalt, memo: "", minutes, activitySalt, checkpoint: "", ver: 0, recipients };
    const visible = await sealVisible(deps, sealable, sealing);
    const hidden = await sealHidden(deps, sealable, { states, recipient: world.freelancer.sealing.recipient });
    chain.disclosure(
      { capture: capture.hash, visible, hidden },
      {
        mapC: bytesToBase64Url(commitment(mapSalt, encodeMap(states))),
        redacted: 0,
        wrapC: bytesToBase64Url(commitment(utf8ToBytes("underseal/1/wrapC"), wrapKeyOf(secret))),
      },
    );
    const bytes = bytesOfWeek({ ...writeHonestWeek(), world, terms, chain, blobs: [visible, hidden] });
    expect(verdictOf(bytes)).toMatchObject({ captures: 1, draws: { drawn: 1, missing: 0 }, sealedFiles: { count: 2 } });
  });
});

describe("speed", () => {
  it("verifies 40 records in well under two seconds", () => {
    const week = writeHonestWeek({ slots: 9, blobBytes: 50_000 });
    const bytes = bytesOfWeek(week);
    const started = cpuMs();
    const verdict = verdictOf(bytes);
    const elapsedMs = cpuMs() - started;
    expect(verdict.records).toBeGreaterThanOrEqual(40);
    // About one second on a slow core; twice that where the caches are shared with others.
    expect(elapsedMs).toBeLessThan(5_000);
  });
});

describe("the wall", () => {
  it("imports neither what seals or opens nor a clock, file or network", () => {
    const { dependencies } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    expect(Object.keys(dependencies).filter((name) => !name.startsWith("@underseal/") && name !== "zod")).toEqual([]);
  });
});
