// The review with real parts: SQLite, sealed vault files, the children that open them, and a client who opens what left.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { DAY_MS, HOUR_MS } from "@underseal/foundation";
import sharp from "sharp";
import { describe, expect, test, vi } from "vitest";
import { unwrap } from "./desktop.ts";
import { NINE_MS, temporaryFolder } from "./outbox-world.ts";
import { COLUMNS, marksOf, openReviewWorld, UNDO_MS } from "./review-world.ts";

vi.setConfig({ testTimeout: 120_000 });

const edit = (changes: object) => ({ hide: [], reveal: [], confirmLocked: false, ...changes });

/** Six lines of eight tiles, with these marked. */
const marks = (withheld: readonly number[], masked: readonly number[] = []): string =>
  Array.from({ length: 48 }, (_, tile) => (masked.includes(tile) ? "m" : withheld.includes(tile) ? "#" : ".")).join("");

describe("before it is sent", () => {
  test("nothing of a capture leaves without a word, and its end is told a day before", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{ reasons: { 3: "name" } }]);
    expect(await world.disclose()).toBe(0);
    expect(readdirSync(world.blobDir)).toEqual([]);
    expect(await world.sent()).toEqual([]);
    const deadlineMs = Date.UTC(2026, 10, 23, 10);
    const tell = { capture, state: "waiting", deadlineMs, dueAtMs: deadlineMs, isEdited: false };
    expect(world.reviews.list("2026-11-16")).toMatchObject([{ ...tell, isDueSoon: false }]);
    world.clock.set(deadlineMs - DAY_MS);
    expect(world.reviews.list("2026-11-16")).toMatchObject([{ ...tell, isDueSoon: true }]);
    expect(world.reviews.days()).toEqual(["2026-11-16"]);
    expect(world.reviews.list("2026-11-17")).toEqual([]);
    expect(world.reviews.list("yesterday")).toEqual([]);
    world.close();
  });

  test("at the end exactly what the policy proposed leaves, by the millisecond", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{ reasons: { 3: "name", 4: "password" }, masked: [40] }]);
    const { deadlineMs } = unwrap(world.reviews.find(capture));
    const proposed = world.database.prepare("select map from capture").get()?.map as Uint8Array;
    world.clock.set(deadlineMs - 1);
    await world.disclose();
    expect(await world.sent()).toEqual([]);
    world.clock.set(deadlineMs);
    await world.disclose();
    const [sent] = await world.sent();
    expect(sent?.marks).toBe(marksOf(proposed));
    expect(sent?.marks).toBe(marks([3, 4], [40]));
    expect(world.events.map(({ type }) => type)).toEqual(["disclosed"]);
    expect(unwrap(world.reviews.find(capture)).state).toBe("sent");
    expect(world.reviews.days()).toEqual([]);
    expect(readdirSync(world.vaultDir)).toEqual([]);
    world.close();
  });

  test("what was hidden and not approved stays hidden at the end; what was shown and not approved does too", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{ reasons: { 3: "name" } }]);
    unwrap(world.reviews.edit(capture, edit({ hide: [20], reveal: [3] })));
    world.clock.set(unwrap(world.reviews.find(capture)).deadlineMs);
    await world.disclose();
    expect((await world.sent())[0]?.marks).toBe(marks([3, 20]));
    world.close();
  });

  test("with a deadline of hours it leaves after them", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{}], { reviewHours: 2 });
    expect(unwrap(world.reviews.find(capture)).deadlineMs).toBe(NINE_MS + 10 * 60_000 + 2 * HOUR_MS);
    world.close();
  });

  test("a capture of a version without reviews leaves at once, as it was promised then", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    await world.take([{ reasons: { 3: "name" } }]);
    world.database.exec("delete from review; pragma user_version = 1");
    world.close();
    const again = await openReviewWorld(folder.path);
    await again.disclose();
    expect((await again.sent()).map((each) => each.marks)).toEqual([marks([3])]);
    expect(again.reviews.list("2026-11-16")).toEqual([]);
    expect(again.database.prepare("pragma user_version").get()).toEqual({ user_version: 2 });
    again.close();
  });

  test("a row of a version with one reason for a tile is read, and leaves as it was proposed", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{ reasons: { 0: "name", 3: "password", 5: "name" } }]);
    world.database.prepare("update review set reasons = ?").run('[[0,"name"],[3,"password"],[5,"not known"]]');
    const { tiles, deadlineMs } = unwrap(world.reviews.find(capture));
    expect([0, 3, 5].map((tile) => tiles[tile]?.reasons)).toEqual([["name"], ["password"], ["unseen"]]);
    world.clock.set(deadlineMs);
    await world.disclose();
    expect((await world.sent()).map((each) => each.marks)).toEqual([marks([0, 3, 5])]);
    world.close();
  });
});

describe("a review", () => {
  test("tells each tile with its reason and what it takes to show it", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{ reasons: { 0: "name", 1: "password", 2: "picture" }, masked: [3] }]);
    const { tiles, ...detail } = unwrap(world.reviews.find(capture));
    expect(detail).toMatchObject({ memo: "a memo", columns: COLUMNS, rows: 6, showsTitle: false });
    expect(detail.shares).toMatchObject({ visible: 44, redacted: 3, masked: 1, redactedPermille: 100 });
    expect(tiles.slice(0, 5)).toEqual([
      { state: "redacted", proposed: "redacted", reasons: ["name"], reveal: "free" },
      { state: "redacted", proposed: "redacted", reasons: ["password"], reveal: "locked" },
      { state: "redacted", proposed: "redacted", reasons: ["picture"], reveal: "never" },
      { state: "masked", proposed: "masked", reasons: [], reveal: "never" },
      { state: "visible", proposed: "visible", reasons: [], reveal: "free" },
    ]);
    world.close();
  });

  test("approved as edited, exactly that map leaves, and the client opens it", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = "", other = ""] = await world.take([{ reasons: { 0: "name", 8: "unread" }, masked: [47] }, {}]);
    const changed = unwrap(world.reviews.edit(capture, edit({ hide: [20, 22, 29], reveal: [0] })));
    expect(changed).toMatchObject({ isEdited: true, shares: { redacted: 7, masked: 1, redactedPermille: 200 } });
    expect(world.approve(capture)).toBe(1);
    await world.disclose();
    expect(await world.sent()).toEqual([]);
    world.clock.advance(UNDO_MS);
    await world.disclose();
    const sent = await world.sent();
    expect(sent.map((each) => [each.capture, each.marks])).toEqual([
      [capture, marks([8, 20, 21, 22, 28, 29, 30], [47])],
    ]);
    // The numbers of the picture: its first tile was revealed, and has its own colour.
    expect([...(sent[0]?.picture.tiles[0]?.rgb ?? [])].slice(0, 3)).toEqual([1, 1, 200]);
    expect(sent[0]?.picture.tiles[20]?.rgb).toBeNull();
    expect(sent[0]?.disclosure).toMatchObject({ ver: 0, redacted: 200 });
    expect(unwrap(world.reviews.find(other)).state).toBe("waiting");
    world.close();
  });

  test("of a locked tile is changed with a second word only, and not at all by half", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{ reasons: { 0: "name", 1: "password" } }]);
    const refused = world.reviews.edit(capture, edit({ hide: [30], reveal: [0, 1] }));
    expect(refused).toEqual({ ok: false, error: { code: "TILE_LOCKED", tiles: [1] } });
    expect(unwrap(world.reviews.find(capture)).isEdited).toBe(false);
    const shown = unwrap(world.reviews.edit(capture, edit({ reveal: [0, 1], confirmLocked: true })));
    expect(shown.shares.redacted).toBe(0);
    world.approve();
    world.clock.advance(UNDO_MS);
    await world.disclose();
    expect((await world.sent())[0]?.marks).toBe(marks([]));
    world.close();
  });

  test("hides in all captures of the day, and approves one or all", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const names = await world.take([{}, { minute: 12 }, { minute: 13 }]);
    world.clock.advance(DAY_MS);
    const [tomorrow = ""] = await world.take([{}]);
    const [first = "", second = ""] = names;
    unwrap(world.reviews.drop(second));
    expect(unwrap(world.reviews.hideInDay(first, [5]))).toEqual({ hidden: 2, others: 1 });
    const redacted = [...names, tomorrow].map((name) => unwrap(world.reviews.find(name)).shares.redacted);
    expect(redacted).toEqual([1, 0, 1, 0]);
    expect(world.reviews.hideInDay(first, [48])).toMatchObject({ ok: false, error: { code: "TILE_UNKNOWN" } });
    expect(world.approve(first)).toBe(1);
    expect(world.approve(first)).toBe(0);
    expect(world.approve()).toBe(2);
    expect(world.approve()).toBe(0);
    world.close();
  });

  test("hides in all captures of the day or in none", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const names = await world.take([{}, { minute: 12 }, { minute: 13 }]);
    world.database.exec(`create temp trigger full before update on review
      when (select count(*) from review where edited is not null) = 2 begin select raise(abort, 'disk full'); end`);
    expect(() => world.reviews.hideInDay(names[0] ?? "", [5])).toThrow("disk full");
    expect(names.map((name) => unwrap(world.reviews.find(name)).isEdited)).toEqual([false, false, false]);
    world.close();
  });

  test("is not approved where it has changed since it was seen", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = "", other = ""] = await world.take([{ reasons: { 3: "name" } }, { minute: 12 }]);
    const seen = world.reviews.list("2026-11-16");
    unwrap(world.reviews.edit(capture, edit({ reveal: [3] })));
    expect(world.reviews.approve(seen)).toBe(1);
    expect(unwrap(world.reviews.find(capture)).state).toBe("waiting");
    expect(unwrap(world.reviews.find(other)).state).toBe("approved");
    unwrap(world.reviews.edit(capture, edit({ hide: [3] })));
    expect(world.reviews.approve(seen)).toBe(1);
    world.close();
  });

  test("can be undone until it is sent, and then be edited again", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{}]);
    const notNow = { ok: false, error: { code: "NOT_NOW" } };
    expect(world.reviews.undo(capture)).toEqual(notNow);
    world.approve(capture);
    expect(world.reviews.edit(capture, edit({ hide: [1] }))).toEqual(notNow);
    world.clock.advance(UNDO_MS - 1);
    await world.disclose();
    unwrap(world.reviews.undo(capture));
    world.clock.advance(DAY_MS);
    await world.disclose();
    expect(await world.sent()).toEqual([]);
    unwrap(world.reviews.edit(capture, edit({ hide: [1] })));
    expect(unwrap(world.reviews.reset(capture)).shares.redacted).toBe(0);
    world.approve(capture);
    world.clock.advance(UNDO_MS);
    await world.disclose();
    expect(world.reviews.undo(capture)).toEqual(notNow);
    expect(world.reviews.drop(capture)).toEqual(notNow);
    expect(await world.sent()).toHaveLength(1);
    world.close();
  });

  test("cannot be undone after the deadline: it would be sent at once", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{}]);
    world.clock.set(unwrap(world.reviews.find(capture)).deadlineMs - 1);
    unwrap(world.reviews.drop(capture));
    world.clock.advance(1);
    expect(world.reviews.undo(capture)).toEqual({ ok: false, error: { code: "DEADLINE_PASSED" } });
    world.close();
  });

  test("undone while the child makes the files, nothing is named and no file is left", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{}]);
    world.approve(capture);
    world.clock.advance(UNDO_MS);
    const disclosing = world.disclose();
    unwrap(world.reviews.undo(capture));
    await disclosing;
    expect(await world.sent()).toEqual([]);
    expect(readdirSync(world.blobDir)).toEqual([]);
    expect(readdirSync(world.vaultDir)).toHaveLength(1);
    world.close();
  });

  test("edited past the deadline while the child makes the files, the files are made again", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{}]);
    world.clock.set(unwrap(world.reviews.find(capture)).deadlineMs);
    const disclosing = world.disclose();
    unwrap(world.reviews.edit(capture, edit({ hide: [9] })));
    await disclosing;
    expect((await world.sent()).map((each) => each.marks)).toEqual([marks([9])]);
    expect(readdirSync(world.blobDir)).toHaveLength(2);
    world.close();
  });

  test("before the segment's end it waits for it, also when approved", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{}], { open: true });
    expect(await world.reviews.measure(capture)).toEqual({ ok: false, error: { code: "SEGMENT_OPEN" } });
    world.approve();
    world.clock.advance(UNDO_MS);
    expect(await world.disclose()).toBe(0);
    expect(await world.sent()).toEqual([]);
    world.close();
  });

  test.each(["", "x", "A".repeat(43)])("of %j is not there", async (name) => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const unknown = { ok: false, error: { code: "CAPTURE_UNKNOWN" } };
    expect(world.reviews.find(name)).toEqual(unknown);
    expect(world.reviews.edit(name, edit({}))).toEqual(unknown);
    expect(world.reviews.drop(name)).toEqual(unknown);
    expect(world.approve(name)).toBe(0);
    expect(await world.reviews.preview(name, new PassThrough())).toEqual(unknown);
    world.close();
  });
});

describe("a dropped capture", () => {
  test("is never disclosed, and its picture is destroyed once it cannot be taken back", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{}]);
    unwrap(world.reviews.drop(capture));
    expect(world.approve(capture)).toBe(0);
    await world.disclose();
    expect(readdirSync(world.vaultDir)).toHaveLength(1);
    world.clock.advance(UNDO_MS);
    await world.disclose();
    expect(readdirSync(world.vaultDir)).toEqual([]);
    expect(world.store.neededFiles()).toEqual(new Set());
    expect(world.reviews.list("2026-11-16")).toMatchObject([{ capture, state: "destroyed" }]);
    expect(world.reviews.undo(capture)).toEqual({ ok: false, error: { code: "NOT_NOW" } });
    world.clock.advance(30 * DAY_MS);
    await world.disclose();
    expect(await world.sent()).toEqual([]);
    expect(world.events.map(({ type }) => type)).toEqual(["destroyed"]);
    expect(await world.reviews.preview(capture, new PassThrough())).toMatchObject({ error: { code: "NOT_NOW" } });
    world.close();
  });
});

describe("a kill", () => {
  test("between approval and sending loses nothing, and each capture is sent once, as it was approved", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const names = await world.take([{ reasons: { 0: "name" } }, {}, { minute: 12 }, { minute: 13 }]);
    for (const [index, name] of names.entries()) {
      unwrap(world.reviews.edit(name, edit({ hide: [20 + index], reveal: [0] })));
    }
    world.approve();
    unwrap(world.reviews.drop(names[3] ?? ""));
    world.close();
    for (let kill = 0; kill < 6; kill += 1) {
      const program = path.join(import.meta.dirname, "reviewed-process.ts");
      const args = ["--disable-warning=ExperimentalWarning", program, folder.path, String(NINE_MS + UNDO_MS)];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      const exited = once(child, "exit");
      await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
      await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 150 + 400 * kill))]);
      child.kill("SIGKILL");
      await exited;
    }
    const again = await openReviewWorld(folder.path, { nowMs: NINE_MS + UNDO_MS });
    expect(await again.disclose()).toBe(0);
    const sent = await again.sent();
    expect(sent.map((each) => [each.capture, each.marks])).toEqual(
      names.slice(0, 3).map((name, index) => [name, marks([20 + index])]),
    );
    expect(names.map((name) => unwrap(again.reviews.find(name)).state)).toEqual(["sent", "sent", "sent", "destroyed"]);
    const needed = again.store.neededFiles();
    expect(needed.size).toBe(6);
    for (const file of needed) expect(existsSync(file)).toBe(true);
    again.close();
  });
});

describe("the picture for its owner", () => {
  test("is whole, with masked tiles black, and nothing of it is on the disk", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{ reasons: { 3: "password" }, masked: [40] }]);
    const before = readdirSync(folder.path, { recursive: true });
    const output = new PassThrough();
    const [picture, answer] = await Promise.all([buffer(output), world.reviews.preview(capture, output)]);
    expect(answer).toEqual({ ok: true, value: undefined });
    const { data, info } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect(info).toMatchObject({ width: COLUMNS * 64, height: 6 * 64, channels: 3 });
    for (let tile = 0; tile < 48; tile += 1) {
      const colour = tile === 40 ? [0, 0, 0] : [1, tile + 1, 200];
      const [x, y] = [(tile % COLUMNS) * 64, Math.floor(tile / COLUMNS) * 64];
      for (const [dx, dy] of [
        [0, 0],
        [63, 63],
      ] as const) {
        const at = ((y + dy) * info.width + x + dx) * 3;
        expect([...data.subarray(at, at + 3)]).toEqual(colour);
      }
    }
    expect(readdirSync(folder.path, { recursive: true })).toEqual(before);
    world.close();
  });

  test("of a vault file that is not what was committed to is an error without a byte", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = "", other = ""] = await world.take([{}, {}]);
    const row = (name: string) => world.store.findCapture(Buffer.from(name, "base64url"))?.capture.vaultFile ?? "";
    writeFileSync(row(capture), readFileSync(row(other)));
    const output = new PassThrough();
    const chunks: unknown[] = [];
    output.on("data", (chunk) => chunks.push(chunk));
    expect(await world.reviews.preview(capture, output)).toMatchObject({ error: { code: "PREVIEW_FAILED" } });
    expect(chunks).toEqual([]);
    expect(output.destroyed).toBe(true);
    world.close();
  });

  test("can be left in the middle", async () => {
    using folder = temporaryFolder();
    const world = await openReviewWorld(folder.path);
    const [capture = ""] = await world.take([{}]);
    const output = new PassThrough();
    output.destroy();
    expect(await world.reviews.preview(capture, output)).toMatchObject({ error: { code: "PREVIEW_FAILED" } });
    world.close();
  });
});

test("what will be sent is measured to the byte, and nothing of it is kept", async () => {
  using folder = temporaryFolder();
  const world = await openReviewWorld(folder.path);
  const [capture = ""] = await world.take([{ reasons: { 3: "password" } }]);
  unwrap(world.reviews.edit(capture, edit({ hide: [30] })));
  const { client, freelancer } = world.deps.termsOf().body;
  const parcel = unwrap(await world.reviews.measure(capture));
  expect(readdirSync(world.blobDir)).toEqual([]);
  world.approve(capture);
  world.clock.advance(UNDO_MS);
  await world.disclose();
  const [sent] = await world.sent();
  expect(parcel).toEqual({
    visible: { bytes: sent?.disclosure.visible?.bytes, recipients: [client.person, freelancer.person] },
    hidden: { bytes: sent?.disclosure.hidden?.bytes, recipients: [freelancer.person] },
  });
  world.close();
});
