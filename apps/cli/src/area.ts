import type { Rect } from "@underseal/redaction";
import { InvalidArgumentError } from "commander";

/** `x,y,width,height` in whole pixels. */
export const parseArea = (text: string): Rect => {
  const sides = /^\d{1,6}(,\d{1,6}){3}$/.test(text) ? text.split(",").map(Number) : [];
  const [x, y, width, height] = sides;
  if (x === undefined || y === undefined || !width || !height) {
    throw new InvalidArgumentError("It should be four whole numbers with commas between, such as 0,40,800,600.");
  }
  return { x, y, width, height };
};
