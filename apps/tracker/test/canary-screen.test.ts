// Known secrets on a real screen: under every policy, nothing of them can be read in what a capture would show.
import {
  detectText,
  findHidden,
  loadDetectionModel,
  type Policy,
  type RgbImage,
  readLines,
} from "@underseal/redaction";
import { beforeAll, expect, test } from "vitest";
import type { FindHidden } from "../src/reduction/hide.ts";
import { type Observation, observeDesktop } from "../src/reduction/observe.ts";
import { openScreens } from "../src/sensors/screen.ts";
import { unwrap, useDesktop } from "./desktop.ts";

const desktop = useDesktop();
const DEPS = { loadModel: loadDetectionModel, readLines };
const find: FindHidden = (image, settings) => findHidden(image, settings, DEPS);

const SECRETS = [
  "password: kT9-qq2Lw7xB",
  "export TOKEN=ghp_8sKq2LmN4pRt6VwX8yZb0cDe",
  "card 4111 1111 1111 1111",
  "IBAN DE89 3704 0044 0532 0130 00",
  "mail annette.eriksson@northwind.example",
  "the offer for Projekt Nordwind",
];
/** What of each line must not be read, without spaces. */
const CANARIES = ["kT9-qq2Lw7xB", "8sKq2LmN4pRt", "4111111111111111", "370400440532", "annette.eriksson", "Nordwind"];

beforeAll(async () => {
  process.env.DISPLAY = desktop().display;
  const script = `printf '%s\\n\\n' ${SECRETS.map((line) => `'${line}'`).join(" ")}; sleep 1000`;
  const args = ["-fa", "DejaVu Sans Mono", "-fs", "12"];
  await desktop().openTerminal({ title: "shell", geometry: "60x16+64+64", script, args, background: "#101418" });
});

const look = async (policy: Policy, findIn = find): Promise<Observation> => {
  const request = { rules: [], ownPids: [], policy, languages: ["eng"] as const, terms: ["Projekt Nordwind"] };
  const remembered = { key: new Uint8Array(32), tiles: [] };
  const deps = { windows: desktop().windows, screens: openScreens(), findHidden: findIn };
  return unwrap(
    await observeDesktop({ ...request, remembered, isConcealed: false, tilePx: 64, treeSize: 1_024 }, deps),
  );
};

/** What a client gets: withheld tiles are not there. */
const shownOf = ({ rgb, width, height, columns, redactedTiles }: Observation): RgbImage => {
  const shown = Uint8Array.from(rgb);
  for (const tile of redactedTiles) {
    const [left, top] = [(tile % columns) * 64, Math.floor(tile / columns) * 64];
    for (let y = top; y < Math.min(height, top + 64); y += 1) {
      shown.fill(0, (y * width + left) * 3, (y * width + Math.min(width, left + 64)) * 3);
    }
  }
  return { rgb: shown, width, height };
};

const readAll = async (image: RgbImage): Promise<string> => {
  const model = unwrap(await loadDetectionModel());
  const { lines } = unwrap(await detectText(image, { model, pictures: [] }));
  await model.release();
  const words = unwrap(await readLines(image, lines, ["eng"]));
  return words
    .flat()
    .map(({ text }) => text)
    .join("");
};

test("with nothing withheld they can be read: this test can fail", async () => {
  const screen = await look("open", async () => ({ ok: true, value: { hidden: [], degraded: null } }));
  const text = await readAll(shownOf(screen));
  expect(CANARIES.filter((canary) => text.includes(canary)).length).toBeGreaterThanOrEqual(4);
});

test.each(["structure", "strict", "matter", "open"] as const)("under %s none can be read", async (policy) => {
  const seen = await look(policy);
  expect(seen.fallback).toBeNull();
  const text = (await readAll(shownOf(seen))).toLowerCase();
  expect(CANARIES.filter((canary) => text.includes(canary.toLowerCase()))).toEqual([]);
});
