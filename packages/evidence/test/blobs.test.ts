import { createTestRandom, redact, reveal } from "@underseal/foundation";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { fallbackReasons, MEMO_MAX_CHARACTERS, restoreLeaves } from "../src/content.ts";
import { leafStates } from "../src/map.ts";
import { openSecret, openSeed, openVisible } from "../src/open.ts";
import { padmeLength } from "../src/padding.ts";
import { sealForVault, sealSeed } from "../src/seal.ts";
import { TILE_BYTES } from "../src/tiles.ts";
import {
  CAPTURE_HASH,
  client,
  type Disclosed,
  deps,
  freelancer,
  type Look,
  makeCapture,
  minutes,
  openWithAge,
  recordsOf,
  SECRET,
  sealAll,
  stranger,
} from "./capture.ts";

const looks: readonly (readonly [string, Look])[] = [
  ["all visible", { columns: 3, rows: 2 }],
  ["some redacted", { columns: 4, rows: 3, redacted: [0, 5, 6, 11] }],
  ["some masked", { columns: 4, rows: 3, masked: [2, 3] }],
  ["a mix", { columns: 5, rows: 2, masked: [0, 9], redacted: [1, 2, 3], isContextRedacted: true }],
  ["all redacted", { columns: 2, rows: 2, redacted: [0, 1, 2, 3], isContextRedacted: true }],
  ["all masked", { columns: 2, rows: 2, masked: [0, 1, 2, 3] }],
  ["the largest desktop", { columns: 73, rows: 14, redacted: [7] }],
];

describe.each(looks)("a capture with %s", (_, look) => {
  let disclosed: Disclosed;
  beforeAll(async () => {
    disclosed = await sealAll(makeCapture(look));
  });

  it("opens for the client and the freelancer, tile by tile as it was disclosed", async () => {
    for (const identity of [client.identity, freelancer.identity]) {
      const opened = await openVisible(disclosed.visible, identity, disclosed.records);
      if (!opened.ok) throw new Error(opened.error.detail);
      const { header, context, tiles, counts, memo } = opened.value;
      expect(header).toEqual(disclosed.content.header);
      expect(context).toEqual(look.isContextRedacted === true ? null : disclosed.content.context);
      expect([memo, opened.value.minutes]).toEqual(["wrote the report", minutes]);
      expect(tiles).toHaveLength(look.columns * look.rows);
      for (const [index, tile] of tiles.entries()) {
        expect(tile.state).toBe(disclosed.states[index + 2]);
        const isVisible = tile.state === leafStates.visible;
        const expected = isVisible ? (disclosed.content.tiles[index] ?? null) : null;
        expect(tile.rgb === null ? null : Buffer.from(tile.rgb)).toEqual(
          expected === null ? null : Buffer.from(expected),
        );
      }
      const masked = look.masked?.length ?? 0;
      const redacted = look.redacted?.length ?? 0;
      expect(counts).toEqual({ masked, redacted, visible: look.columns * look.rows - masked - redacted });
    }
  });

  it("does not open for anybody else", async () => {
    expect(await openVisible(disclosed.visible, stranger.identity, disclosed.records)).toMatchObject({
      ok: false,
      error: { code: "UNDECRYPTABLE" },
    });
  });

  it("has a hidden part that only the freelancer opens, with the secret and what was withheld", async () => {
    for (const identity of [client.identity, stranger.identity]) {
      expect(await openSecret(disclosed.hidden, identity)).toMatchObject({
        ok: false,
        error: { code: "UNDECRYPTABLE" },
      });
    }
    const opened = await openSecret(disclosed.hidden, freelancer.identity);
    if (!opened.ok) throw new Error(opened.error.detail);
    expect(reveal(opened.value.secret)).toEqual(SECRET);
    expect(opened.value.capture).toEqual(CAPTURE_HASH);
    const withheld = (look.redacted ?? []).map((i) => disclosed.content.tiles[i] ?? new Uint8Array());
    const context = look.isContextRedacted === true ? (disclosed.capture.leaves[1]?.payload ?? new Uint8Array()) : [];
    const expected = Buffer.concat([Buffer.from(context), ...withheld]);
    expect(Buffer.compare(Buffer.from(opened.value.payload), expected)).toBe(0);
  });
});

describe("a sealed file", () => {
  const look: Look = { columns: 4, rows: 3, masked: [2], redacted: [5, 6] };
  let disclosed: Disclosed;
  beforeAll(async () => {
    disclosed = await sealAll(makeCapture(look));
  });

  it("has a plaintext padded by Padmé", async () => {
    const { length } = await openWithAge(disclosed.visible);
    expect(padmeLength(length)).toBe(length);
  });

  it("without a tile has one length, whatever its reason is and however long its memo", async () => {
    const withheld: Look = { columns: 2, rows: 2, redacted: [0, 1, 2, 3], isContextRedacted: true };
    const others: readonly Look[] = [
      ...fallbackReasons.map((because): Look => ({ ...withheld, fallback: { shows: "nothing", because } })),
      ...[50, 100, MEMO_MAX_CHARACTERS].map((length): Look => ({ ...withheld, memo: "x".repeat(length) })),
    ];
    const files = await Promise.all([withheld, ...others].map((seen) => sealAll(makeCapture(seen))));
    expect(new Set(files.map(({ visible }) => visible.length)).size).toBe(1);
  });

  it("is refused by its digest for any flipped bit, before anything is decrypted", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(7), async (position, bit) => {
        const at = position % disclosed.visible.length;
        const damaged = disclosed.visible.with(at, (disclosed.visible[at] ?? 0) ^ (1 << bit));
        const opened = await openVisible(damaged, client.identity, disclosed.records);
        expect(opened).toMatchObject({ ok: false, error: { code: "DIGEST" } });
      }),
      { numRuns: 30 },
    );
  });

  it("is undecryptable for any flipped bit where the records name the damaged file", async () => {
    const { records, visible } = disclosed;
    for (let at = 0; at < visible.length; at += 97) {
      const damaged = visible.with(at, (visible[at] ?? 0) ^ (1 << (at & 7)));
      const opened = await openVisible(damaged, client.identity, recordsOf(disclosed, damaged));
      expect(opened, `byte ${at}`).toMatchObject({ ok: false, error: { code: "UNDECRYPTABLE" } });
    }
    expect((await openVisible(visible, client.identity, records)).ok).toBe(true);
  }, 60_000);

  it("is undecryptable when cut or lengthened", async () => {
    for (const damaged of [
      new Uint8Array(),
      disclosed.visible.subarray(0, -1),
      Uint8Array.of(...disclosed.visible, 0),
    ]) {
      const opened = await openVisible(damaged, client.identity, recordsOf(disclosed, damaged));
      expect(opened).toMatchObject({ ok: false, error: { code: "UNDECRYPTABLE" } });
    }
  });

  it("holds hidden blobs to the same: damage is a typed error", async () => {
    for (let at = 0; at < disclosed.hidden.length; at += 131) {
      const damaged = disclosed.hidden.with(at, (disclosed.hidden[at] ?? 0) ^ 0x10);
      expect(await openSecret(damaged, freelancer.identity), `byte ${at}`).toMatchObject({
        ok: false,
        error: { code: "UNDECRYPTABLE" },
      });
    }
  });

  it("of the visible kind is no hidden one, and the other way round", async () => {
    expect(await openSecret(disclosed.visible, freelancer.identity)).toMatchObject({
      ok: false,
      error: { code: "MANIFEST" },
    });
    const swapped = recordsOf(disclosed, disclosed.hidden);
    expect(await openVisible(disclosed.hidden, freelancer.identity, swapped)).toMatchObject({
      ok: false,
      error: { code: "MANIFEST" },
    });
  });

  it("of the hidden kind is another each time, so that its stanza reveals nothing", async () => {
    const again = await sealAll(makeCapture(look));
    const stanza = (file: Uint8Array) => new TextDecoder("latin1").decode(file).split("\n").slice(0, 3).join();
    expect(stanza(again.hidden)).not.toBe(stanza(disclosed.hidden));
  });
});

describe("a capture in the vault", () => {
  const made = makeCapture({ columns: 4, rows: 3, masked: [2, 7] });
  const vault = stranger;

  it("comes back whole: the leaves rebuild the tree", async () => {
    const opened = await openSecret(await sealForVault(deps, made.capture, vault.recipient), vault.identity);
    if (!opened.ok) throw new Error(opened.error.detail);
    const { payload, headerBytes, secret } = opened.value;
    expect(restoreLeaves({ payload, headerBytes, states: made.states })).toEqual(made.capture.leaves);
    expect(reveal(secret)).toEqual(SECRET);
  });

  it("is restored only where the sizes fit the states", () => {
    const payload = new Uint8Array(100 + 10 * TILE_BYTES);
    expect(restoreLeaves({ payload, headerBytes: 100, states: made.states })).not.toBeNull();
    expect(restoreLeaves({ payload, headerBytes: 101, states: made.states })).toBeNull();
  });

  it("opens for the vault alone", async () => {
    const file = await sealForVault(deps, made.capture, vault.recipient);
    expect((await openSecret(file, freelancer.identity)).ok).toBe(false);
  });
});

describe("an account seed", () => {
  const seed = createTestRandom(61).bytes(32);

  it("opens for the device it was sealed to, and for no other", async () => {
    const box = await sealSeed(redact(seed), freelancer.recipient);
    const opened = await openSeed(box, freelancer.identity);
    expect(opened === null ? null : reveal(opened)).toEqual(seed);
    expect(await openSeed(box, client.identity)).toBeNull();
    expect(await openSeed(box.with(200, (box[200] ?? 0) ^ 1), freelancer.identity)).toBeNull();
    expect(await openSeed(new Uint8Array(), freelancer.identity)).toBeNull();
  });

  it.each([0, 31, 33])("is none with %i bytes", async (length) => {
    const box = await sealSeed(redact(new Uint8Array(length)), freelancer.recipient);
    expect(await openSeed(box, freelancer.identity)).toBeNull();
  });
});
