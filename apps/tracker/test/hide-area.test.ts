// What was hidden by hand stays hidden while the same pixels stand there, under the most open policy too.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { base64UrlToBytes, createSystemRandom } from "@underseal/foundation";
import type { Rect } from "@underseal/redaction";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hideArea, showAreasAgain } from "../src/hide-area.ts";
import { loadDeviceKeys } from "../src/keys/device-keys.ts";
import { createTrackerClock } from "../src/platform/clock.ts";
import { type Observation, observeDesktop } from "../src/reduction/observe.ts";
import { openScreens } from "../src/sensors/screen.ts";
import { createRememberedStore } from "../src/session/remembered.ts";
import { baseEnv, unwrap, useDesktop } from "./desktop.ts";

const desktop = useDesktop();
const stateDir = mkdtempSync(path.join(tmpdir(), "underseal-hide-"));
afterAll(() => rmSync(stateDir, { recursive: true }));
beforeAll(() => {
  process.env.DISPLAY = desktop().display;
});

const deps = () => ({
  env: baseEnv,
  execPath: process.execPath,
  clock: createTrackerClock(null),
  random: createSystemRandom(),
});
const config = () => ({ stateDir, display: desktop().display });
const AREA: Rect = { x: 320, y: 128, width: 128, height: 128 };

const look = async (): Promise<Observation> => {
  const keys = unwrap(await loadDeviceKeys(stateDir, deps()));
  const { key, tiles } = unwrap(await createRememberedStore(stateDir, keys).load());
  const remembered = { key: base64UrlToBytes(key) ?? new Uint8Array(), tiles };
  const request = { rules: [], ownPids: [], policy: "open", languages: ["eng"], terms: [] } as const;
  const findHidden = async () => ({ ok: true as const, value: { hidden: [], degraded: null } });
  const sensors = { windows: desktop().windows, screens: openScreens(), findHidden };
  return unwrap(
    await observeDesktop({ ...request, remembered, isConcealed: false, tilePx: 64, treeSize: 1_024 }, sensors),
  );
};

/** A pattern without text, so that only what was hidden by hand is. */
const openPattern = (geometry: string) =>
  desktop().openTerminal({ title: "pattern", geometry, script: "yes '#-' | head -400 | tr -d '\\n'; sleep 1000" });

describe("an area hidden by hand", () => {
  test("is withheld while it looks the same, not where it has gone, and again when it is back", async () => {
    const shown = await openPattern("60x20+200+60");
    expect((await look()).redactedTiles).toEqual([]);
    expect(unwrap(await hideArea(config(), AREA, deps()))).toBeGreaterThan(0);
    const hidden = (await look()).redactedTiles;
    expect(hidden).toEqual([45, 46, 65, 66]);
    await shown.close();
    await desktop().until((all) => all.every(({ title }) => title !== "pattern"));
    expect((await look()).redactedTiles).toEqual([]);
    const again = await openPattern("60x20+200+60");
    expect((await look()).redactedTiles).toEqual(hidden);
    await showAreasAgain(config(), deps());
    expect((await look()).redactedTiles).toEqual([]);
    await again.close();
  });

  test("of one colour cannot be recognised, and says so", async () => {
    await desktop().until((all) => all.every(({ managed }) => !managed));
    expect(await hideArea(config(), AREA, deps())).toMatchObject({
      error: { message: expect.stringContaining("nothing to recognise") },
    });
  });

  test("is kept as places and keyed hashes; a file that is damaged says what to do", async () => {
    const shown = await openPattern("60x20+200+60");
    unwrap(await hideArea(config(), AREA, deps()));
    const file = path.join(stateDir, "hidden.json");
    const kept = JSON.parse(readFileSync(file, "utf8"));
    expect(Object.keys(kept[0]).toSorted()).toEqual(["column", "group", "mac", "row"]);
    const keys = unwrap(await loadDeviceKeys(stateDir, deps()));
    rmSync(file);
    writeFileSync(file, "[{]");
    const damaged = await createRememberedStore(stateDir, keys).load();
    expect(damaged).toMatchObject({
      error: { code: "REMEMBERED_DAMAGED", message: expect.stringContaining("--clear") },
    });
    await showAreasAgain(config(), deps());
    expect((await createRememberedStore(stateDir, keys).load()).ok).toBe(true);
    await shown.close();
  });
});
