// A word of a contract's list that stands on the screen and in a title, followed through a whole run: it is in its own
// file, and in nothing else that is kept, told or sent.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createApi } from "@underseal/api";
import { sealingKeyOf } from "@underseal/evidence";
import { base64UrlToBytes, bytesToBase64Url, type ContractId, createTestClock, err } from "@underseal/foundation";
import { expect, test, vi } from "vitest";
import { createLogStore } from "../src/outbox/log-store.ts";
import { drainOutbox } from "../src/outbox/sender.ts";
import { createTrackerClock } from "../src/platform/clock.ts";
import { defaultRules } from "../src/reduction/default-rules.ts";
import { runCapture } from "../src/sensors/capture.ts";
import { discloseAll } from "../src/session/discloser.ts";
import { trackRun } from "../src/session/run.ts";
import { createWordLists } from "../src/session/word-lists.ts";
import { baseEnv, unwrap, useDesktop } from "./desktop.ts";
import { NINE_MS, newId, openOutbox, random, temporaryFolder, termsWith, testKeys } from "./outbox-world.ts";
import { startPlatform } from "./platform.ts";

vi.setConfig({ testTimeout: 120_000 });

const WORD = "Nordwindprojekt";
const desktop = useDesktop();

/** The word as it is and as base64 would show it, whatever stands before it. */
const spellings = (word: string): readonly string[] => [
  word,
  word.toLowerCase(),
  ...[0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), Buffer.from(word)])
      .toString("base64")
      .slice(shift === 0 ? 0 : shift + 1, -4),
  ),
];

const isIn = (text: string, word: string): boolean => spellings(word).some((spelling) => text.includes(spelling));

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

test("a word of the list is in its own file and nowhere else", async () => {
  using folder = temporaryFolder();
  await using platform = await startPlatform();
  const contract = newId<ContractId>();
  const [keys, lists, world] = [testKeys(), createWordLists(folder.path), openOutbox(folder.path)];
  // On the list of another contract: it counts for this one too.
  unwrap(await lists.change(newId<ContractId>(), { add: [WORD], remove: [] }));
  const [vaultDir, blobDir] = [path.join(folder.path, "vault"), path.join(folder.path, "blobs")];
  mkdirSync(blobDir);
  const seal = () => sealingKeyOf(random.bytes(32)).recipient;
  const plain = termsWith({ odds: 1 });
  const body = { ...plain.body, redaction: "strict" as const };
  const terms = {
    ...plain,
    body: { ...body, client: { ...body.client, seal: seal() }, freelancer: { ...body.freelancer, seal: seal() } },
  };
  const script = `printf '${WORD} ${WORD}\\n'; sleep 1000`;
  const shown = await desktop().openTerminal({ title: `notes on ${WORD}`, geometry: "60x8+100+100", script });
  const child = { display: desktop().display, env: baseEnv, execPath: process.execPath };
  const stopping = new AbortController();
  const events: unknown[] = [];
  const onEvent = (event: unknown) => void events.push(event);
  const clock = createTestClock(NINE_MS);
  let looks = 0;
  const run = {
    ...world,
    ...{ keys, random, onEvent },
    clock: {
      ...clock,
      wait: async (ms: number) => {
        clock.advance(ms);
        looks += 1;
        if (looks === 2) stopping.abort();
      },
    },
    relay: {
      latest: async () => ({ state: "unreachable", detail: "" }) as const,
      round: async () => ({ state: "unreachable", detail: "" }) as const,
    },
    capture: async (treeSize: number) => {
      if (looks > 1) return err({ code: "CAPTURE_FAILED" as const, message: "" });
      const request = {
        rules: defaultRules,
        ownPids: [],
        policy: body.redaction,
        languages: ["eng"] as const,
        tilePx: 64,
        fallback: null,
        isConcealed: false,
        remembered: { key: bytesToBase64Url(new Uint8Array(32)), tiles: [] },
      };
      const vault = { vaultDir, vaultRecipient: keys.vault.recipient };
      return runCapture({ ...request, ...vault, treeSize, terms: unwrap(await lists.allWords()) }, child);
    },
    takeCounts: async () => ({ keys: 0, clicks: 0, wheel: 0, moves: 0 }),
    reviewEndMs: () => 0,
    mapOf: ({ map }: { readonly map: string }) => base64UrlToBytes(map) ?? new Uint8Array(),
  };
  await trackRun(run, { contract, terms, memo: "" }, { signal: stopping.signal });
  await shown.close();
  await discloseAll({ ...run, child, blobDir, termsOf: () => terms });
  const api = createApi({ baseUrl: platform.baseUrl, fetch, timeoutMs: 5_000 });
  const sending = { log: createLogStore(world.database), heads: { confirm: async () => "known" as const } };
  const sender = {
    api,
    outbox: world.outbox,
    ...sending,
    termsOf: () => terms,
    clock: createTrackerClock(null),
    onEvent,
  };
  await drainOutbox(sender);

  const types = events.map((event) => (event as { readonly type: string }).type);
  expect(types).toEqual(expect.arrayContaining(["captured", "capture-failed", "disclosed"]));
  expect(readdirSync(blobDir)).toHaveLength(2);
  const sent = [...platform.received.values()].flatMap((bodies) => [...bodies]).join("\n");
  const texts = new Map([
    ["sent", sent],
    ["events", JSON.stringify(events)],
  ]);
  for (const file of filesBelow(folder.path)) texts.set(path.relative(folder.path, file), readFileSync(file, "latin1"));
  const found = [...texts].filter(([, text]) => isIn(text, WORD)).map(([name]) => name);
  expect(found).toEqual([expect.stringMatching(/^words\/[0-9a-f-]+\.json$/)]);
  // The search sees what must be there.
  const controls = [...texts].filter(([, text]) => isIn(text, contract)).map(([name]) => name);
  expect(controls).toEqual(expect.arrayContaining(["sent"]));
  expect(controls.some((name) => name.startsWith("outbox.sqlite"))).toBe(true);
  world.database.close();
});
