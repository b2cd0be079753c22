// A word on a real screen that the policy would show, hidden by hand in the review: its owner can read it, and the client
// can not, neither in the picture nor in any byte that can be opened.

import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { drawTile, leafStates, type Picture, TILE_PX } from "@underseal/evidence";
import { findHidden, loadDetectionModel, type RgbImage, readLines } from "@underseal/redaction";
import sharp from "sharp";
import { expect, test, vi } from "vitest";
import { defaultRules } from "../src/reduction/default-rules.ts";
import { runCapture } from "../src/sensors/capture.ts";
import { baseEnv, unwrap, useDesktop } from "./desktop.ts";
import { temporaryFolder } from "./outbox-world.ts";
import { openReviewWorld, UNDO_MS } from "./review-world.ts";

vi.setConfig({ testTimeout: 180_000 });

const WORD = "Nordwindprojekt";
const desktop = useDesktop();

/** Where the word can be read, in pixels. */
const findWord = async (image: RgbImage) => {
  const settings = { policy: "open", languages: ["eng"], terms: [WORD] } as const;
  const { hidden } = unwrap(await findHidden(image, settings, { loadModel: loadDetectionModel, readLines }));
  return hidden.filter(({ reason }) => reason === "term").map(({ box }) => box);
};

const paint = ({ header: { width, height }, tiles }: Picture): RgbImage => {
  const image = { rgb: new Uint8Array(width * height * 3), width, height };
  for (const [index, { rgb }] of tiles.entries()) if (rgb !== null) drawTile(image, index, rgb);
  return image;
};

test("a word hidden by hand is in nothing that the client can open", async () => {
  using folder = temporaryFolder();
  const world = await openReviewWorld(folder.path, { policy: "open" });
  const script = `printf 'we write about ${WORD} today\\n'; sleep 1000`;
  const args = ["-fa", "DejaVu Sans Mono", "-fs", "14"];
  const shown = await desktop().openTerminal({ title: "notes", geometry: "60x8+100+100", script, args });
  const take = async () => {
    const request = {
      rules: defaultRules,
      ownPids: [],
      policy: "open",
      languages: ["eng"],
      terms: [],
      tilePx: 64,
      treeSize: 1_024,
      fallback: null,
      isConcealed: false,
      vaultDir: world.vaultDir,
      remembered: { key: Buffer.alloc(32).toString("base64url"), tiles: [] },
      vaultRecipient: world.deps.keys.vault.recipient,
    } as const;
    return unwrap(await runCapture(request, { display: desktop().display, env: baseEnv, execPath: process.execPath }));
  };
  const [capture = "", control = ""] = world.record([await take(), await take()]);
  await shown.close();
  const output = new PassThrough();
  const [png] = await Promise.all([buffer(output), world.reviews.preview(capture, output)]);
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const owners = { rgb: new Uint8Array(data), width: info.width, height: info.height };
  const boxes = await findWord(owners);
  expect(boxes.length).toBeGreaterThan(0);

  const { columns, tiles } = unwrap(world.reviews.find(capture));
  const isUnder = (tile: number) => {
    const [x, y] = [(tile % columns) * 64, Math.floor(tile / columns) * 64];
    return boxes.some((box) => box.x < x + 64 && box.x + box.width > x && box.y < y + 64 && box.y + box.height > y);
  };
  const under = tiles.flatMap((_, tile) => (isUnder(tile) ? [tile] : []));
  expect(under.every((tile) => tiles[tile]?.state === "visible")).toBe(true);
  unwrap(world.reviews.edit(capture, { hide: under, reveal: [], confirmLocked: false }));
  expect(world.approve()).toBe(2);
  world.clock.advance(UNDO_MS);

  await world.disclose();

  const sent = await world.sent();
  const of = (name: string): Picture => {
    const found = sent.find((each) => each.capture === name);
    if (found === undefined) throw new Error("it was not sent");
    return found.picture;
  };
  expect(await findWord(paint(of(control)))).not.toEqual([]);
  expect(await findWord(paint(of(capture)))).toEqual([]);
  for (const tile of under) expect(of(capture).tiles[tile]).toEqual({ state: leafStates.redacted, rgb: null });
  // Every byte of pixels that the client can decrypt.
  const open = Buffer.concat(of(capture).tiles.map(({ rgb }) => rgb ?? new Uint8Array()));
  const secret = under.map((tile) => Buffer.from(of(control).tiles[tile]?.rgb ?? []));
  // Letters, and not the edge of a window: something differs from what is left of it.
  const telling = secret.filter((rgb) => rgb.some((value, i) => i % (TILE_PX * 3) >= 3 && value !== rgb[i - 3]));
  expect(telling.length).toBeGreaterThan(0);
  for (const rgb of telling) expect(open.includes(rgb)).toBe(false);
  world.close();
});
