// What this browser remembers of a log, and what it makes of a checkpoint that somebody else was shown.
import { createTestClock, createTestRandom, redact, SECOND_MS } from "@underseal/foundation";
import {
  addSignatures,
  appendedNodes,
  encodeVerifierKey,
  foldRoot,
  leafHash,
  parseTilePath,
  type ReadNode,
  signCheckpoint,
  tileNodes,
  tileWidth,
  verifierKeyOf,
} from "@underseal/tlog";
import { describe, expect, it } from "vitest";
import { createLogMemory } from "../src/features/gossip/log-memory.ts";
import { createLogWatch } from "../src/features/gossip/log-watch.ts";

const signer = { name: "log.example/watched", seed: redact(createTestRandom(3).bytes(32)) };
const log = encodeVerifierKey(verifierKeyOf(signer));

/** A history of so many entries; `from` is where it parts from the history of seed 0. */
const historyOf = (size: number, { seed = 0, from = 0 } = {}) => {
  const nodes = new Map<string, Uint8Array>();
  const read: ReadNode = (level, index) => nodes.get(`${level}/${index}`) ?? new Uint8Array(32);
  const entryOf = (i: number) => createTestRandom(i < from || seed === 0 ? i + 1 : i + 10_000 * seed).bytes(32);
  const leafHashes = Array.from({ length: size }, (_, i) => leafHash(entryOf(i)));
  for (const { level, index, hash } of appendedNodes({ size: 0, leafHashes, read })) {
    nodes.set(`${level}/${index}`, hash);
  }
  const root = foldRoot(size, read);
  return {
    shown: { log, size, root, note: signCheckpoint({ origin: signer.name, size, root }, signer) },
    tile: (path: string): Uint8Array | null => {
      const tile = parseTilePath(path);
      if (!tile.ok || tile.value.level === "entries" || tileWidth(tile.value, size) < tile.value.width) return null;
      return Buffer.concat(tileNodes(tile.value).map(({ level, index }) => read(level, index)));
    },
  };
};

type History = ReturnType<typeof historyOf>;

const createWorld = (published: History) => {
  const clock = createTestClock(1_000_000);
  const items = new Map<string, string>();
  const storage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
  };
  const world = { published, isReachable: true, isWithheld: (_: string) => false, asked: [] as string[] };
  const answer = (path: string): Uint8Array | null =>
    path === "/checkpoint" ? Buffer.from(world.published.shown.note) : world.published.tile(path.slice(1));
  const fetchFile: typeof fetch = async (input) => {
    world.asked.push(String(input));
    if (!world.isReachable) throw new TypeError("fetch failed");
    const bytes = world.isWithheld(String(input)) ? null : answer(String(input));
    return bytes === null ? new Response(null, { status: 404 }) : new Response(new Uint8Array(bytes));
  };
  const start = () => createLogWatch({ fetch: fetchFile, memory: createLogMemory(storage), clock });
  return { world, clock, storage, start };
};

const codesOf = (watch: ReturnType<typeof createLogWatch>) => watch.alarms().map(({ code }) => code);

describe("a checkpoint that the tracker saw", () => {
  it.each([1, 7, 255, 256, 257, 600, 700])(
    "of size %i is consistent with the public log of 700 entries",
    async (size) => {
      const { start } = createWorld(historyOf(700));
      const watch = start();
      expect(await watch.compare(historyOf(size).shown)).toBe("consistent");
      expect(codesOf(watch)).toEqual([]);
    },
  );

  it.each([
    ["of another history of the same size", 700, 0, "EQUIVOCATION"],
    ["of another history that is shorter", 300, 0, "FORK"],
    ["of a history that parts at the last entry", 300, 299, "FORK"],
  ])("%s raises an alarm with both signed notes", async (_, size, from, code) => {
    const published = historyOf(700);
    const forked = historyOf(size, { seed: 2, from });
    const { start } = createWorld(published);
    const watch = start();
    let told = 0;
    watch.subscribe(() => {
      told += 1;
    });
    expect(await watch.compare(forked.shown)).toBe(code);
    expect(watch.alarms()).toMatchObject([{ code, knownNote: published.shown.note, shownNote: forked.shown.note }]);
    expect(told).toBe(1);
    // The alarm outlives the page; the same fork is not told twice.
    const again = start();
    expect(codesOf(again)).toEqual([code]);
    await again.compare(forked.shown);
    expect(codesOf(again)).toEqual([code]);
  });

  it("is unknown, and no alarm, while the tiles or the checkpoint cannot be read", async () => {
    const { world, clock, start } = createWorld(historyOf(700));
    world.isReachable = false;
    const watch = start();
    const { shown } = historyOf(300);
    expect(await watch.compare(shown)).toBe("unknown");
    expect(codesOf(watch)).toEqual([]);
    world.isReachable = true;
    clock.advance(10 * SECOND_MS);
    expect(await watch.compare(shown)).toBe("consistent");
  });

  it("is unknown while the log has not published so far, and compared when it has", async () => {
    const { world, clock, start } = createWorld(historyOf(300));
    const watch = start();
    const forked = historyOf(400, { seed: 2, from: 300 });
    expect(await watch.compare(forked.shown)).toBe("unknown");
    world.published = historyOf(500);
    clock.advance(10 * SECOND_MS);
    // Another picture brings the log forward; what waited is looked at with it.
    expect(await watch.compare(historyOf(450).shown)).toBe("consistent");
    expect(codesOf(watch)).toEqual(["FORK"]);
  });

  it("that is not public after ten minutes was withheld", async () => {
    const { clock, start } = createWorld(historyOf(300));
    const watch = start();
    const { shown } = historyOf(400);
    expect(await watch.compare(shown)).toBe("unknown");
    clock.advance(11 * 60 * SECOND_MS);
    expect(await watch.compare(shown)).toBe("ROLLBACK");
  });
});

describe("a log that withholds what would compare it", () => {
  it.each([
    ["its tiles", (path: string) => path.startsWith("/tile"), 300],
    ["its checkpoint", () => true, 300],
    ["everything, with a shorter one known", () => true, 800],
  ])("raises an alarm when it keeps back %s for ten minutes", async (what, isWithheld, size) => {
    const { world, clock, start } = createWorld(historyOf(700));
    if (what.includes("known")) await start().compare(historyOf(10).shown);
    world.isWithheld = isWithheld;
    clock.advance(10 * SECOND_MS);
    const forked = historyOf(size, { seed: 2 });
    expect(await start().compare(forked.shown)).toBe("unknown");
    // No number of others makes it forget the first; a new page goes on from its time.
    for (let n = 1; n <= 25; n += 1) await start().compare(historyOf(n, { seed: 2 }).shown);
    clock.advance(9 * 60 * SECOND_MS);
    expect(await start().compare(forked.shown)).toBe("unknown");
    clock.advance(2 * 60 * SECOND_MS);
    const watch = start();
    expect(await watch.compare(forked.shown)).toBe("WITHHELD");
    const knownNote = what === "its checkpoint" ? null : world.published.shown.note;
    expect(watch.alarms()).toMatchObject([{ code: "WITHHELD", knownNote, shownNote: forked.shown.note }]);
    // The same page finds the fork when the tiles come.
    world.isWithheld = () => false;
    world.published = historyOf(900);
    clock.advance(10 * SECOND_MS);
    expect(await watch.compare(forked.shown)).toBe("FORK");
    expect(codesOf(watch)).toContain("FORK");
  });

  it("raises an alarm when what is public now is not shown to continue what was", async () => {
    const { world, clock, start } = createWorld(historyOf(300));
    await start().compare(historyOf(10).shown);
    world.published = historyOf(400, { seed: 2 });
    world.isWithheld = (path) => path.startsWith("/tile");
    for (const minutes of [1, 11]) {
      clock.advance(minutes * 60 * SECOND_MS);
      await start().compare(historyOf(300).shown);
    }
    const [alarm] = start().alarms();
    expect(alarm).toMatchObject({ code: "WITHHELD", shownNote: world.published.shown.note });
  });
});

describe("the public log itself", () => {
  it.each([
    ["gets shorter", () => historyOf(200), "ROLLBACK"],
    ["becomes another one", () => historyOf(400, { seed: 2 }), "FORK"],
  ])("that %s raises an alarm, also after a restart of the browser", async (_, next, code) => {
    const { world, clock, start } = createWorld(historyOf(300));
    await start().compare(historyOf(10).shown);
    world.published = next();
    clock.advance(60 * SECOND_MS);
    const watch = start();
    await watch.compare(historyOf(20).shown);
    expect(codesOf(watch)).toContain(code);
  });

  it("signed by somebody else is as one that cannot be read", async () => {
    const published = historyOf(300);
    const stranger = { name: signer.name, seed: redact(createTestRandom(9).bytes(32)) };
    const note = signCheckpoint({ origin: signer.name, size: 300, root: published.shown.root }, stranger);
    const { start } = createWorld({ ...published, shown: { ...published.shown, note } });
    const watch = start();
    expect(await watch.compare(historyOf(10).shown)).toBe("unknown");
    expect(codesOf(watch)).toEqual([]);
  });
});

it("reads each tile once", async () => {
  const { world, start } = createWorld(historyOf(700));
  const watch = start();
  for (const size of [10, 200, 300, 600]) await watch.compare(historyOf(size).shown);
  const tiles = world.asked.filter((path) => path.startsWith("/tile"));
  expect(tiles.length).toBe(new Set(tiles).size);
});

it("keeps no more than it has room for", () => {
  const { storage } = createWorld(historyOf(1));
  const memory = createLogMemory(storage);
  const alarm = { code: "FORK" as const, knownNote: "a", shownNote: "b", atMs: 1 };
  memory.write("the first", { view: null, waiting: [], alarms: Array.from({ length: 50 }, () => alarm) });
  for (let n = 0; n < 50; n += 1) memory.write(`log ${n}`, { view: null, waiting: [], alarms: [] });
  const again = createLogMemory(storage);
  // A log with alarms is not crowded out by logs without.
  expect(again.alarms()).toHaveLength(20);
  expect(Object.keys(JSON.parse(storage.getItem("underseal-logs") ?? "{}"))).toHaveLength(20);
});

const alarmOf = (shownNote: string, code: "FORK" | "WITHHELD" = "FORK") => ({
  ...{ code, knownNote: "a", shownNote, atMs: 1 },
});
const NOTHING = { view: null, waiting: [], alarms: [] };

/** Signature lines that anyone on the way can add. */
const withJunk = (note: string): string => {
  const lines = Array.from({ length: 60 }, (_, i) => ({
    ...{ name: `junk${i}.example`, keyId: "00000001", signature: new Uint8Array(700).fill(i) },
  }));
  return addSignatures(note, lines);
};

describe("the memory of a log", () => {
  it("outlives junk signature lines on what is public and on what is shown", async () => {
    const { world, clock, storage, start } = createWorld(historyOf(300));
    const forked = historyOf(300, { seed: 2 });
    await start().compare(forked.shown);
    const [published, shown] = [historyOf(400), historyOf(350, { seed: 3 }).shown];
    const note = published.shown.note;
    world.published = { ...published, shown: { ...published.shown, note: withJunk(note) } };
    clock.advance(60 * SECOND_MS);
    await start().compare({ ...shown, note: withJunk(shown.note) });
    const again = createLogMemory(storage);
    expect(again.troubles()).toEqual([]);
    expect(again.read(log).view?.note).toBe(note);
    expect(again.alarms().map(({ shownNote }) => shownNote)).toEqual([forked.shown.note, shown.note]);
  });

  it.each([
    ["a state", (kept: Record<string, unknown>) => ({ ...kept, other: 7 })],
    [
      "an alarm",
      (kept: Record<string, { alarms: unknown[] }>) => {
        kept.caught?.alarms.push({ code: "NONE" });
        return kept;
      },
    ],
    [
      "a view",
      (kept: Record<string, { view: unknown }>) => {
        if (kept.caught !== undefined) kept.caught.view = { size: -1 };
        return kept;
      },
    ],
  ])("that holds %s which cannot be read keeps the rest, and says so for good", (_, spoil) => {
    const { storage } = createWorld(historyOf(1));
    createLogMemory(storage).write("caught", { ...NOTHING, alarms: [alarmOf("b")] });
    storage.setItem("underseal-logs", JSON.stringify(spoil(JSON.parse(storage.getItem("underseal-logs") ?? ""))));
    const damaged = createLogMemory(storage);
    expect(damaged.alarms()).toEqual([alarmOf("b")]);
    expect(damaged.troubles()).toEqual(["damaged"]);
    damaged.write("next", NOTHING);
    const again = createLogMemory(storage);
    expect(again.alarms()).toEqual([alarmOf("b")]);
    expect(again.troubles()).toEqual(["damaged"]);
  });

  it.each(["{", "[]", "null", '"x"'])("that is %s is damaged, not new", (text) => {
    const { storage, start } = createWorld(historyOf(1));
    storage.setItem("underseal-logs", text);
    expect(start().troubles()).toEqual(["damaged"]);
    expect(storage.getItem("underseal-logs-damaged")).toBe(text);
  });

  it("keeps alarms first where there is little room, and says so", async () => {
    const { storage, clock } = createWorld(historyOf(1));
    const room = {
      getItem: storage.getItem,
      setItem: (key: string, value: string) => {
        if (value.length > 400) throw new DOMException("full", "QuotaExceededError");
        storage.setItem(key, value);
      },
    };
    const memory = createLogMemory(room);
    const view = { ...historyOf(3).shown, note: "x".repeat(300) };
    memory.write("a log", { view, waiting: [{ ...view, sinceMs: 1 }], alarms: [alarmOf("b")] });
    expect(memory.troubles()).toEqual(["full"]);
    expect(createLogMemory(storage).alarms()).toEqual([alarmOf("b")]);
    memory.write("a log", { ...NOTHING, alarms: [alarmOf("b")] });
    expect(memory.troubles()).toEqual([]);
    const none = { getItem: () => null, setItem: () => expect.fail("full") };
    const fetchFile = async () => new Response(historyOf(7).shown.note);
    const watch = createLogWatch({ fetch: fetchFile, memory: createLogMemory(none), clock });
    let told = 0;
    watch.subscribe(() => {
      told += 1;
    });
    await watch.compare(historyOf(7).shown);
    expect({ told, troubles: watch.troubles() }).toEqual({ told: 1, troubles: ["full"] });
  });

  it("loses no proof to any number of suspicions", () => {
    const { storage } = createWorld(historyOf(1));
    const suspicions = Array.from({ length: 40 }, (_, i) => alarmOf(`${i}`, "WITHHELD"));
    createLogMemory(storage).write(log, { ...NOTHING, alarms: [...suspicions, alarmOf("b")] });
    expect(createLogMemory(storage).alarms()).toContainEqual(alarmOf("b"));
  });
});
