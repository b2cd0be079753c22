import { useComputedColorScheme } from "@mantine/core";
import { gridOf, leafStates, TILE_PX } from "@underseal/evidence";
import { useEffect, useRef } from "react";
import type { PaintedPicture } from "../../workers/messages.ts";
import classes from "./picture.module.css";

const HATCH_PX = 8;

/** A calm diagonal hatch, the same at every size of the picture. */
const hatchOf = (
  context: CanvasRenderingContext2D,
  ground: string,
  line: string,
  scale: number,
): CanvasPattern | string => {
  const size = Math.max(4, Math.round(HATCH_PX * scale));
  const tile = new OffscreenCanvas(size, size);
  const brush = tile.getContext("2d");
  if (brush === null) return ground;
  brush.fillStyle = ground;
  brush.fillRect(0, 0, size, size);
  brush.strokeStyle = line;
  brush.lineWidth = Math.max(1, scale);
  brush.beginPath();
  for (const shift of [-size, 0, size]) {
    brush.moveTo(shift - 1, size + 1);
    brush.lineTo(shift + size + 1, -1);
  }
  brush.stroke();
  return context.createPattern(tile, "repeat") ?? ground;
};

/** Draws the tiles that were sealed to the reader; over the others an opaque hatch. */
const draw = (canvas: HTMLCanvasElement, { bitmap, header, states }: PaintedPicture): void => {
  const context = canvas.getContext("2d");
  if (context === null) return;
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  context.drawImage(bitmap, 0, 0);
  const colour = (name: string) => getComputedStyle(canvas).getPropertyValue(name).trim();
  const onScreen = bitmap.width / Math.max(1, canvas.clientWidth);
  const redacted = hatchOf(context, colour("--hatch"), colour("--hatch-line"), onScreen);
  const masked = hatchOf(context, colour("--masked"), colour("--masked-line"), onScreen);
  const { columns } = gridOf(header);
  const scale = bitmap.width / header.width;
  const edge = (tile: number) => Math.round(tile * TILE_PX * scale);
  for (const [i, state] of states.entries()) {
    if (state === leafStates.visible) continue;
    const column = i % columns;
    const row = Math.floor(i / columns);
    context.fillStyle = state === leafStates.masked ? masked : redacted;
    context.fillRect(edge(column), edge(row), edge(column + 1) - edge(column), edge(row + 1) - edge(row));
  }
};

export const PictureCanvas = ({ picture, label }: { readonly picture: PaintedPicture; readonly label: string }) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  // The hatch's colours come from the theme.
  // biome-ignore lint/correctness/useExhaustiveDependencies: drawn again when the colour scheme changes
  useEffect(() => {
    if (canvas.current !== null) draw(canvas.current, picture);
  }, [picture, scheme]);
  const { width, height } = picture.header;
  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label={label}
      className={classes.canvas}
      style={{ aspectRatio: `${width} / ${height}` }}
    />
  );
};
