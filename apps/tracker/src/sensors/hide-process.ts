// The child process that looks at an area of the screen in order to recognise it later. It answers with places and keyed
// hashes, never with pixels.
import { text } from "node:stream/consumers";
import { base64UrlToBytes } from "@underseal/foundation";
import { rememberDesktop } from "../reduction/observe.ts";
import { TILE_PX, TREE_SIZES } from "./capture-request.ts";
import type { HideRequest } from "./hide.ts";
import { openScreens } from "./screen.ts";
import { openWindowsX11 } from "./windows-x11.ts";

const remember = async () => {
  // The command line writes the question from a value of this type.
  const { display, area, key } = JSON.parse(await text(process.stdin)) as HideRequest & { readonly display: string };
  const windows = await openWindowsX11(display);
  if (!windows.ok) return windows;
  const request = { rules: [], ownPids: [], tilePx: TILE_PX, treeSizes: TREE_SIZES, area };
  const keyBytes = base64UrlToBytes(key) ?? new Uint8Array();
  const deps = { windows: windows.value, screens: openScreens() };
  const remembered = await rememberDesktop({ ...request, key: keyBytes }, deps);
  windows.value.close();
  return remembered;
};

const answer = await remember().catch(() => ({
  ok: false as const,
  error: { code: "CAPTURE_FAILED", message: "looking at the screen failed in an unexpected way" },
}));
// Only code and sentence of an error: its cause may quote what was on the screen.
const line = answer.ok ? answer : { error: { code: answer.error.code, message: answer.error.message } };
process.stdout.write(`${JSON.stringify(line)}\n`, () => process.exit(0));
