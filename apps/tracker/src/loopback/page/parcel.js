// What is under the mark, and what would be sent to whom: in words, also for those who do not see the picture.
import { isGone } from "./days.js";
import { counted } from "./text.js";

const sayReasons = (tiles, reasons) => {
  const codes = new Set(tiles.flatMap((tile) => tile.reasons));
  return [...codes].map((code) => reasons[code]?.sentence ?? code).join("; it ");
};

/** `reasons`: sentences by code. */
export const sayMarked = ({ columns, tiles }, marked, reasons) => {
  const first = marked[0];
  if (first === undefined) return "Nothing is marked.";
  const found = marked.map((tile) => tiles[tile]);
  const [visible, redacted, masked] = ["visible", "redacted", "masked"].map((state) =>
    found.filter((tile) => tile.state === state),
  );
  const because = sayReasons(redacted, reasons);
  const place = `from column ${(first % columns) + 1}, row ${Math.floor(first / columns) + 1}`;
  return [
    `${counted(marked.length, "field is", "fields are")} marked, ${place}.`,
    visible.length > 0 && `${visible.length} shown.`,
    redacted.length > 0 && `${redacted.length} hidden${because === "" ? " by you" : `: it ${because}`}.`,
    masked.length > 0 && `${masked.length} never captured.`,
  ]
    .filter(Boolean)
    .join(" ");
};

export const sayLocked = (tiles, reasons) => {
  const fields = counted(tiles.length, "marked field is", "marked fields are");
  return `${fields} hidden for a grave reason: it ${sayReasons(tiles, reasons)}.`;
};

/** Lines; `sizes` as they were measured, or `null`. */
export const sayParcel = (detail, client, sizes) => {
  if (isGone(detail)) return [];
  const { redacted, masked, visible } = detail.shares;
  const size = (part) => (sizes === null ? "" : ` (${formatBytes(sizes[part].bytes)})`);
  const fields = `${counted(visible, "field", "fields")} of the picture`;
  const words = detail.showsTitle ? ", the window’s title and your memo" : " and your memo";
  const lines = [
    `Sealed to ${client} and you: ${fields}${words}${size("visible")}.`,
    `Sealed to you alone: the ${counted(redacted, "hidden field", "hidden fields")}${size("hidden")}.`,
    masked > 0 && `Nowhere: ${counted(masked, "field", "fields")} never captured.`,
    "Underseal itself sees only sizes, shares and a fingerprint of the whole.",
    detail.isEdited &&
      detail.state === "waiting" &&
      "Without your approval, what was proposed is sent, less what you hid besides.",
  ];
  return lines.filter(Boolean);
};

const formatBytes = (bytes) => (bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} kB`);
