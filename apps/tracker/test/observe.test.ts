import { findHidden, loadDetectionModel, overlaps, type Rect, readLines } from "@underseal/redaction";
import { beforeAll, describe, expect, test } from "vitest";
import type { FindHidden } from "../src/reduction/hide.ts";
import { type Observation, type ObserveRequest, observeDesktop } from "../src/reduction/observe.ts";
import { openScreens } from "../src/sensors/screen.ts";
import type { ScreenSensor } from "../src/sensors/sensor.ts";
import { unwrap, useDesktop } from "./desktop.ts";

const desktop = useDesktop();
const REQUEST: ObserveRequest = {
  rules: [
    { field: "title", contains: "keepassxc" },
    { field: "app", contains: "PrivateNotes" },
  ],
  ownPids: [],
  policy: "structure",
  languages: ["eng"],
  terms: [],
  tilePx: 64,
  treeSize: 1_024,
  remembered: { key: new Uint8Array(32), tiles: [] },
  isConcealed: false,
};
const RED = [255, 0, 0];
const GREEN = [0, 255, 0];

const find: FindHidden = (image, settings) => findHidden(image, settings, { loadModel: loadDetectionModel, readLines });
// Pixels are read from the display that the environment names, as in the capture's own process.
beforeAll(() => {
  process.env.DISPLAY = desktop().display;
});

const observe = async (changes: Partial<ObserveRequest> = {}, screens: ScreenSensor = openScreens()) =>
  observeDesktop({ ...REQUEST, ...changes }, { windows: desktop().windows, screens, findHidden: find });

const LOOKS_MAX = 12;

/** Looks again while a busy machine has not painted yet what must show; gives the last look. */
const observeUntil = async (isPainted: (seen: Observation) => boolean): Promise<Observation> => {
  let seen = unwrap(await observe());
  for (let looks = 1; looks < LOOKS_MAX && !isPainted(seen); looks += 1) seen = unwrap(await observe());
  return seen;
};

const isColour = (pixel: readonly number[], colour: readonly number[]): boolean => `${pixel}` === `${colour}`;

const pixelAt = ({ rgb, width }: Observation, x: number, y: number) => [
  ...rgb.subarray((y * width + x) * 3, (y * width + x) * 3 + 3),
];

const centreOf = ({ x, y, width, height }: Rect) => [x + width / 2, y + height / 2].map(Math.floor) as [number, number];

const isZero = (observation: Observation, area: Rect): boolean => {
  for (let y = Math.max(0, area.y); y < Math.min(observation.height, area.y + area.height); y += 1) {
    for (let x = Math.max(0, area.x); x < Math.min(observation.width, area.x + area.width); x += 1) {
      if (pixelAt(observation, x, y).some((value) => value !== 0)) return false;
    }
  }
  return true;
};

const tileRect = ({ columns, tilePx }: Observation, tile: number): Rect => ({
  x: (tile % columns) * tilePx,
  y: Math.floor(tile / columns) * tilePx,
  width: tilePx,
  height: tilePx,
});

const touched = (observation: Observation, area: Rect): number[] =>
  Array.from({ length: observation.columns * observation.rows }, (_, tile) => tile).filter((tile) =>
    overlaps(tileRect(observation, tile), area),
  );

describe("an observation of real windows", () => {
  test("a denied window is zero in its whole frame and what is beside it is as on the screen", async () => {
    const denied = await desktop().openTerminal({
      title: "KeePassXC — Vault",
      geometry: "40x10+64+64",
      background: "red",
    });
    const other = await desktop().openTerminal({ title: "editor", geometry: "40x10+700+400", background: "green1" });
    const shownOf = (seen: Observation) => pixelAt(seen, ...centreOf(other.window.frame));
    const observation = await observeUntil((seen) => isColour(shownOf(seen), GREEN));
    expect(observation).toMatchObject({ width: 1280, height: 768, scale: 1, columns: 20, rows: 12, tilePx: 64 });
    expect(observation.displays).toEqual([{ x: 0, y: 0, width: 1280, height: 768 }]);
    expect(isZero(observation, denied.window.frame)).toBe(true);
    expect(observation.maskedTiles).toEqual(touched(observation, denied.window.frame));
    expect(shownOf(observation)).toEqual(GREEN);
    await Promise.all([denied.close(), other.close()]);
  });

  test("a denied window half behind another is masked where it is covered too, and the rest of the other shows", async () => {
    const denied = await desktop().openTerminal({ title: "keepassxc", geometry: "40x10+100+100", background: "red" });
    const cover = await desktop().openTerminal({ title: "cover", geometry: "60x20+250+150", background: "green1" });
    await desktop().xdotool("windowactivate", "--sync", `${cover.window.id}`);
    const { x, y, width, height } = cover.window.frame;
    const shownOf = (seen: Observation) => pixelAt(seen, x + width - 20, y + height - 20);
    const observation = await observeUntil((seen) => isColour(shownOf(seen), GREEN));
    expect(isZero(observation, denied.window.frame)).toBe(true);
    expect(shownOf(observation)).toEqual(GREEN);
    expect(observation.activeWindow).toEqual({ title: "cover", process: "XTerm" });
    await Promise.all([denied.close(), cover.close()]);
  });

  test("a program is denied by its name, in any case, and says nothing when it is the active window", async () => {
    const args = ["-class", "PRIVATEnotes"];
    const denied = await desktop().openTerminal({
      title: "untitled",
      geometry: "30x8+300+300",
      args,
      background: "red",
    });
    await desktop().xdotool("windowactivate", "--sync", `${denied.window.id}`);
    const observation = unwrap(await observe());
    expect(isZero(observation, denied.window.frame)).toBe(true);
    expect(observation.activeWindow).toBeNull();
    await denied.close();
  });

  test("a denied window that is minimised masks nothing", async () => {
    const denied = await desktop().openTerminal({ title: "KeePassXC", geometry: "30x8+300+300" });
    await desktop().xdotool("windowminimize", `${denied.window.id}`);
    await desktop().until((all) => all.every((w) => w.id !== denied.window.id || !w.visible));
    expect(unwrap(await observe()).maskedTiles).toEqual([]);
    await denied.close();
  });

  test("our own windows are masked by their process", async () => {
    const own = await desktop().openTerminal({ title: "review", geometry: "30x8+300+300", background: "red" });
    const shownOf = (seen: Observation) => pixelAt(seen, ...centreOf(own.window.frame));
    expect(shownOf(await observeUntil((seen) => isColour(shownOf(seen), RED)))).toEqual(RED);
    const observation = unwrap(await observe({ ownPids: [own.window.pid ?? -1] }));
    expect(isZero(observation, own.window.frame)).toBe(true);
    await own.close();
  });

  test("the menu of a denied window is masked where it sticks out", async () => {
    const denied = await desktop().openTerminal({ title: "KeePassXC", geometry: "20x3+100+100" });
    const menu = await desktop().openMenu(denied.window);
    const observation = unwrap(await observe());
    await desktop().closeMenu();
    expect(menu.frame.height).toBeGreaterThan(denied.window.frame.height);
    expect(isZero(observation, menu.frame)).toBe(true);
    await denied.close();
  });

  test("a title that cannot be read counts as any title", async () => {
    const shown = desktop().openTerminal({ title: "never", geometry: "30x8+300+300", args: ["-T", "給与"] });
    shown.catch(() => {});
    const found = await desktop().until((all) => all.some((w) => w.managed && w.title === null));
    const window = found.find((w) => w.title === null);
    const observation = unwrap(await observe());
    expect(isZero(observation, window?.frame ?? { x: 0, y: 0, width: 1280, height: 768 })).toBe(true);
    await desktop().xdotool("windowclose", `${window?.id}`);
    await desktop().until((all) => all.every((w) => w.id !== window?.id));
  });

  test("where it is to be concealed nothing is captured, whatever the policy", async () => {
    for (const policy of ["structure", "open"] as const) {
      const seen = unwrap(await observe({ policy, isConcealed: true }));
      expect(seen.maskedTiles).toHaveLength(seen.columns * seen.rows);
      expect(seen.rgb.every((value) => value === 0)).toBe(true);
      expect(seen).toMatchObject({ redactedTiles: [], activeWindow: null, fallback: null });
    }
  });

  test("tiles with text are redacted, not masked, and a text-free window far from text is neither", async () => {
    const script = "printf 'password: correct-horse-battery\\n'; sleep 1000";
    const text = await desktop().openTerminal({ title: "shell", geometry: "40x8+32+32", script });
    const plain = await desktop().openTerminal({ title: "x", geometry: "40x20+800+300", background: "green1" });
    const [left, top] = centreOf(plain.window.frame);
    const shownOf = (seen: Observation) => pixelAt(seen, left, top + 64);
    const observation = await observeUntil((seen) => isColour(shownOf(seen), GREEN));
    const { x, y } = text.window.frame;
    const firstLine = { x: x + 4, y: y + 22, width: 180, height: 12 };
    for (const tile of touched(observation, firstLine)) expect(observation.redactedTiles).toContain(tile);
    expect(observation.maskedTiles).toEqual([]);
    const centre = touched(observation, { x: left, y: top + 64, width: 1, height: 1 });
    expect(observation.redactedTiles).not.toContain(centre[0]);
    expect(shownOf(observation)).toEqual(GREEN);
    await Promise.all([text.close(), plain.close()]);
  });

  test("a denied window that opens after the first list is masked", async () => {
    let captures = 0;
    const screens: ScreenSensor = {
      captureScreens: async () => {
        captures += 1;
        if (captures === 1) {
          await desktop().openTerminal({
            title: "KeePassXC late",
            geometry: "30x8+300+300",
            background: "red",
          });
        }
        return openScreens().captureScreens();
      },
    };
    const observation = unwrap(await observe({}, screens));
    expect(captures).toBe(2);
    const late = await desktop().until((all) => all.some((w) => w.title === "KeePassXC late"));
    expect(isZero(observation, late.find((w) => w.title === "KeePassXC late")?.frame ?? tileRect(observation, 0))).toBe(
      true,
    );
    await desktop().xdotool("search", "--name", "KeePassXC late", "windowclose");
    await desktop().until((all) => all.every((w) => w.title !== "KeePassXC late"));
  });

  test("denied windows that never come to rest are an error", async () => {
    const denied = await desktop().openTerminal({ title: "KeePassXC", geometry: "30x8+300+300" });
    let x = 100;
    const screens: ScreenSensor = {
      captureScreens: async () => {
        x += 10;
        await desktop().xdotool("windowmove", "--sync", `${denied.window.id}`, `${x}`, "200");
        return openScreens().captureScreens();
      },
    };
    expect(await observe({}, screens)).toMatchObject({ ok: false, error: { code: "SCREEN_UNSETTLED" } });
    await denied.close();
  });

  test("a denied window on two monitors is masked on both, and the desktop is one picture", async () => {
    const denied = await desktop().openTerminal({ title: "KeePassXC", geometry: "60x8+400+300", background: "red" });
    const halves: ScreenSensor = {
      captureScreens: async () => {
        const [{ width, height, rgb } = { width: 0, height: 0, rgb: new Uint8Array() }] = unwrap(
          await openScreens().captureScreens(),
        );
        const half = (x: number) => ({
          ...{ x, y: 0, width: width / 2, height },
          rgb: Uint8Array.from(
            Array.from({ length: height }, (_, y) => [
              ...rgb.subarray((y * width + x) * 3, (y * width + x + width / 2) * 3),
            ]).flat(),
          ),
        });
        return { ok: true, value: [half(0), half(width / 2)] };
      },
    };
    const observation = unwrap(await observe({}, halves));
    expect(observation.displays).toHaveLength(2);
    const { x, width } = denied.window.frame;
    expect([x < 640, x + width > 640]).toEqual([true, true]);
    expect(isZero(observation, denied.window.frame)).toBe(true);
    expect(observation.maskedTiles).toEqual(touched(observation, denied.window.frame));
    await denied.close();
  });

  test("a desktop with more tiles than the tree has room for is halved until it fits", async () => {
    const denied = await desktop().openTerminal({ title: "KeePassXC", geometry: "30x8+300+300" });
    const observation = unwrap(await observe({ treeSize: 20 * 12 + 1 }));
    expect(observation).toMatchObject({ scale: 2, width: 640, height: 384, columns: 10, rows: 6 });
    const { x, y, width, height } = denied.window.frame;
    const halved = {
      x: Math.floor(x / 2),
      y: Math.floor(y / 2),
      width: Math.ceil(width / 2) + 1,
      height: Math.ceil(height / 2) + 1,
    };
    expect(isZero(observation, halved)).toBe(true);
    expect(unwrap(await observe({ treeSize: 20 * 12 + 2 })).scale).toBe(1);
    await denied.close();
  });
});

describe("what fails gives no pixels", () => {
  test("monitors that are too large together", async () => {
    const far = { x: 0, y: 0, width: 1, height: 1, rgb: new Uint8Array(3) };
    const captureScreens = async () => ({ ok: true as const, value: [far, { ...far, x: 9_000, y: 9_000 }] });
    expect(await observe({}, { captureScreens })).toMatchObject({ error: { code: "SCREEN_TOO_LARGE" } });
  });
});
