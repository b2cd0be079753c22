import { bytesToBase64Url } from "@underseal/foundation";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { checkVisible, type DisclosedRecords } from "../src/check.ts";
import { fallbackReasons, joinBlob, type VisibleManifest } from "../src/content.ts";
import { decompressExactly } from "../src/decompress.ts";
import { commitment, encodeCanonical } from "../src/index.ts";
import { encodeMap, type LeafState, leafStates } from "../src/map.ts";
import { type Leaf, leafKinds } from "../src/tree.ts";
import { deps, type Look, type Made, makeCapture, plainVisible, recordsOf } from "./capture.ts";

/** Time on the processor: what else the machine does must not fail a test. */
const cpuMs = (): number => process.cpuUsage().user / 1_000;

const look: Look = { columns: 4, rows: 3, masked: [2], redacted: [5, 6] };
let made: Made;
let records: DisclosedRecords;
let plain: Awaited<ReturnType<typeof plainVisible>>;
let payload: Uint8Array;

beforeAll(async () => {
  made = makeCapture(look);
  records = recordsOf(made);
  plain = await plainVisible(made);
  payload = decompressExactly(plain.stream, plain.manifest.payloadBytes) ?? new Uint8Array();
});

const codeOf = async (plaintext: Uint8Array, against = records): Promise<string> => {
  const checked = await checkVisible(plaintext, against);
  return checked.ok ? "ok" : checked.error.code;
};

/** The blob with another manifest or other bytes in its stream. */
const alter = (manifest: Partial<VisibleManifest>, bytes?: Uint8Array): Uint8Array => {
  const stream = bytes === undefined ? plain.stream : deps.compress(bytes);
  const sizes = bytes === undefined ? {} : { payloadBytes: bytes.length };
  return joinBlob({ ...plain.manifest, ...sizes, ...manifest, streamBytes: stream.length }, stream);
};

/** Map and commitment of other states: a freelancer may sign whatever map they like. */
const withStates = (change: (states: LeafState[]) => LeafState[]) => {
  const map = encodeMap(change([...made.states]));
  const salt = Buffer.from(plain.manifest.mapSalt, "base64url");
  const disclosure = { ...records.disclosure, mapC: bytesToBase64Url(commitment(salt, map)) };
  return { plaintext: alter({ map: bytesToBase64Url(map) }), records: { ...records, disclosure } };
};

const flip = (text: string, at: number): string => {
  const bytes = Buffer.from(text, "base64url");
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytesToBase64Url(new Uint8Array(bytes));
};

/** Seals whatever leaves a liar commits to. */
const sealLie = async (falsify: (leaves: Leaf[]) => Leaf[], states?: (states: LeafState[]) => LeafState[]) => {
  const lie = makeCapture(look, falsify);
  const changed = { ...lie, states: states?.([...lie.states]) ?? lie.states };
  const sealed = await plainVisible({ ...changed, sealing: { ...lie.sealing, states: changed.states } });
  return codeOf(sealed.plaintext, recordsOf(changed));
};

describe("checkVisible", () => {
  it("accepts what was honestly made", async () => {
    expect(await codeOf(plain.plaintext)).toBe("ok");
    expect(await codeOf(alter({}, payload))).toBe("ok");
  });

  it.each(fallbackReasons)("tells what the header says of why less is shown: %s", async (because) => {
    for (const shows of ["structure", "nothing"] as const) {
      const fallen = makeCapture({ ...look, fallback: { shows, because } });
      const checked = await checkVisible((await plainVisible(fallen)).plaintext, recordsOf(fallen));
      expect(checked.ok && checked.value.header.fallback).toEqual({ shows, because });
    }
  });

  describe("MANIFEST", () => {
    it("no zero byte, no JSON, or JSON of another form", async () => {
      expect(await codeOf(new Uint8Array())).toBe("MANIFEST");
      expect(await codeOf(new TextEncoder().encode("{}"))).toBe("MANIFEST");
      expect(await codeOf(new TextEncoder().encode("{}\0"))).toBe("MANIFEST");
      expect(await codeOf(new Uint8Array(10_000))).toBe("MANIFEST");
    });

    it("a manifest that is not canonical, or has an unknown field", async () => {
      const json = new TextDecoder().decode(encodeCanonical(plain.manifest));
      const join = (text: string) => new Uint8Array([...new TextEncoder().encode(`${text}\0`), ...plain.stream]);
      expect(await codeOf(join(json))).toBe("ok");
      expect(await codeOf(join(json.replace(":", ": ")))).toBe("MANIFEST");
      expect(await codeOf(join(json.replace("{", '{"a":1,')))).toBe("MANIFEST");
    });

    it("padding that is not zeros", async () => {
      const { length } = plain.plaintext;
      const end = plain.plaintext.indexOf(0) + 1 + plain.stream.length;
      if (end < length) expect(await codeOf(plain.plaintext.with(length - 1, 1))).toBe("MANIFEST");
      expect(await codeOf(Uint8Array.of(...plain.plaintext, 1))).toBe("MANIFEST");
    });

    it.each([
      ["a stream longer than the file", () => ({ streamBytes: 10_000_000 })],
      ["a payload of another length", () => ({ payloadBytes: plain.manifest.payloadBytes - 1 })],
      ["a payload beyond every tree", () => ({ payloadBytes: 2 ** 40 })],
      ["nine minutes", () => ({ minutes: plain.manifest.minutes.slice(1) })],
      ["a memo without end", () => ({ memo: "x".repeat(1_001) })],
      ["a hash that is no base64url", () => ({ capture: "!" })],
    ])("%s", async (_, change) => {
      const manifest = { ...plain.manifest, ...change() };
      const bytes = new Uint8Array([...encodeCanonical(manifest), 0, ...plain.stream]);
      expect(await codeOf(bytes)).toBe("MANIFEST");
    });

    it("a bomb, within bounded time", async () => {
      const stream = deps.compress(new Uint8Array(64 * 1024 * 1024));
      const started = cpuMs();
      expect(await codeOf(joinBlob({ ...plain.manifest, streamBytes: stream.length }, stream))).toBe("MANIFEST");
      expect(cpuMs() - started).toBeLessThan(3_000);
    });

    it("a stream with a tile too many or too few", async () => {
      expect(await codeOf(alter({}, new Uint8Array([...payload, ...new Uint8Array(12_288)])))).toBe("MANIFEST");
      expect(await codeOf(alter({}, payload.subarray(0, -12_288)))).toBe("MANIFEST");
    });

    it("a header or context leaf that is of another form, although committed to", async () => {
      const garbage = (index: number, json: string) => (leaves: Leaf[]) =>
        leaves.with(index, {
          kind: leaves[index]?.kind ?? leafKinds.header,
          payload: new TextEncoder().encode(json),
        });
      expect(await sealLie(garbage(0, "{}"))).toBe("MANIFEST");
      expect(await sealLie(garbage(0, ""))).toBe("MANIFEST");
      expect(await sealLie(garbage(1, '{"process":"x"}'))).toBe("MANIFEST");
      expect(await sealLie(garbage(1, ""))).toBe("MANIFEST");
    });

    it.each([
      ["a reason nobody knows", { shows: "nothing", because: "mood" }],
      ["no reason", { shows: "nothing" }],
      ["something else that it shows", { shows: "everything", because: "time" }],
      ["more than a reason", { shows: "nothing", because: "time", detail: "READER_TIMEOUT" }],
    ])("a header that falls back with %s", async (_, fallback) => {
      const payload = encodeCanonical({ ...made.content.header, fallback });
      expect(await sealLie((leaves) => leaves.with(0, { kind: leafKinds.header, payload }))).toBe("MANIFEST");
    });
  });

  describe("MAP", () => {
    it("a blob about another capture", async () => {
      expect(await codeOf(plain.plaintext, { ...records, captureHash: new Uint8Array(32) })).toBe("MAP");
    });

    it("a map or salt that the disclosure did not commit to", async () => {
      expect(await codeOf(alter({ map: flip(plain.manifest.map, 1) }))).toBe("MAP");
      expect(await codeOf(alter({ mapSalt: flip(plain.manifest.mapSalt, 0) }))).toBe("MAP");
    });

    it("a map of another tree's size, although committed to", async () => {
      const lie = withStates((states) => [...states, ...states]);
      expect(await codeOf(lie.plaintext, lie.records)).toBe("MAP");
    });

    it.each<[string, LeafState]>([
      ["redacted", leafStates.redacted],
      ["masked", leafStates.masked],
      ["padding", leafStates.padding],
    ])("a header that is %s", async (_, state) => {
      const lie = withStates((states) => states.with(0, state));
      expect(await codeOf(lie.plaintext, lie.records)).toBe("MAP");
    });

    it.each<[string, LeafState]>([
      ["masked", leafStates.masked],
      ["padding", leafStates.padding],
    ])("a context that is called %s", async (_, state) => {
      const lie = withStates((states) => states.with(1, state));
      expect(await codeOf(lie.plaintext, lie.records)).toBe("MAP");
    });

    it("a withheld tile that is called padding: the hidden share would shrink", async () => {
      expect(
        await sealLie(
          (leaves) => leaves,
          (states) => states.with(2 + 5, leafStates.padding),
        ),
      ).toBe("MAP");
    });

    it("padding that is called a tile: the visible share would grow", async () => {
      expect(
        await sealLie(
          (leaves) => leaves,
          (states) => states.with(2 + 12, leafStates.redacted),
        ),
      ).toBe("MAP");
    });

    it("a header with a geometry that the tree cannot hold", async () => {
      const wide = encodeCanonical({ ...made.content.header, width: 65_536, height: 65_536 });
      expect(await sealLie((leaves) => leaves.with(0, { kind: leafKinds.header, payload: wide }))).toBe("MAP");
    });
  });

  describe("ROOT", () => {
    it("any changed pixel", async () => {
      const first = plain.manifest.headerBytes + plain.manifest.contextBytes;
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: first, max: payload.length - 1 }),
          fc.integer({ min: 1, max: 255 }),
          async (at, mask) => {
            expect(await codeOf(alter({}, payload.with(at, (payload[at] ?? 0) ^ mask)))).toBe("ROOT");
          },
        ),
        { numRuns: 25 },
      );
    });

    it("any changed salt or closed hash, one too many or too few", async () => {
      const { salts, closed } = plain.manifest;
      for (const at of [0, 31, 32, 100]) {
        expect(await codeOf(alter({ salts: flip(salts, at) }))).toBe("ROOT");
        expect(await codeOf(alter({ closed: flip(closed, at) }))).toBe("ROOT");
      }
      const bytes = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
      for (const cut of [-32, -1]) {
        expect(await codeOf(alter({ salts: bytesToBase64Url(bytes(salts).subarray(0, cut)) }))).toBe("ROOT");
        expect(await codeOf(alter({ closed: bytesToBase64Url(bytes(closed).subarray(0, cut)) }))).toBe("ROOT");
      }
      expect(
        await codeOf(alter({ salts: bytesToBase64Url(new Uint8Array([...bytes(salts), ...new Uint8Array(32)])) })),
      ).toBe("ROOT");
      expect(
        await codeOf(alter({ closed: bytesToBase64Url(new Uint8Array([...bytes(closed), ...new Uint8Array(32)])) })),
      ).toBe("ROOT");
    });

    it("two tiles exchanged, or the border between header and context moved", async () => {
      const first = plain.manifest.headerBytes + plain.manifest.contextBytes;
      const swapped = payload.slice();
      swapped.set(payload.subarray(first + 12_288, first + 2 * 12_288), first);
      swapped.set(payload.subarray(first, first + 12_288), first + 12_288);
      expect(await codeOf(alter({}, swapped))).toBe("ROOT");
      const { headerBytes, contextBytes } = plain.manifest;
      expect(await codeOf(alter({ headerBytes: headerBytes - 1, contextBytes: contextBytes + 1 }))).toBe("ROOT");
    });

    it("a root that was never signed", async () => {
      const capture = { ...records.capture, root: bytesToBase64Url(new Uint8Array(32)) };
      expect(await codeOf(plain.plaintext, { ...records, capture })).toBe("ROOT");
    });

    it("a captured tile that is called masked: kind and content are in the leaf", async () => {
      expect(
        await sealLie(
          (leaves) => leaves,
          (states) => states.with(2 + 5, leafStates.masked),
        ),
      ).toBe("ROOT");
    });
  });

  describe("CAP", () => {
    it("a disclosure or capture that states another share than the map shows", async () => {
      const disclosure = { ...records.disclosure, redacted: 10 } as const;
      expect(await codeOf(plain.plaintext, { ...records, disclosure })).toBe("CAP");
      const capture = { ...records.capture, masked: 0 } as const;
      expect(await codeOf(plain.plaintext, { ...records, capture })).toBe("CAP");
    });
  });

  describe("ACTIVITY", () => {
    it("counts other than those committed to", async () => {
      const changed = plain.manifest.minutes.map((minute) => ({ ...minute, keys: minute.keys + 1 }));
      expect(await codeOf(alter({ minutes: changed }))).toBe("ACTIVITY");
      expect(await codeOf(alter({ activitySalt: flip(plain.manifest.activitySalt, 3) }))).toBe("ACTIVITY");
    });

    it("a level that the counts do not give", async () => {
      const segment = { ...records.segment, activity: records.segment.activity - 1 };
      expect(await codeOf(plain.plaintext, { ...records, segment })).toBe("ACTIVITY");
    });
  });

  it("answers any bytes with one of its codes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 255 }), async (position, mask) => {
        const at = position % plain.plaintext.length;
        const code = await codeOf(plain.plaintext.with(at, (plain.plaintext[at] ?? 0) ^ mask));
        expect(["MANIFEST", "ROOT", "MAP", "CAP", "ACTIVITY"].includes(code) || isUnsigned(at)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  /** Memo and checkpoint are the author's words: the file's digest binds them, nothing else. */
  const isUnsigned = (at: number): boolean => {
    const json = new TextDecoder().decode(encodeCanonical(plain.manifest));
    const within = (text: string) => {
      const from = new TextEncoder().encode(json.slice(0, json.indexOf(text))).length;
      return at >= from && at < from + new TextEncoder().encode(text).length;
    };
    return (
      within(plain.manifest.memo) || within(JSON.stringify(plain.manifest.checkpoint).slice(1, -1)) || at > json.length
    );
  };
});
