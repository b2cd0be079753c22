// What is on a screen and where: the ground truth that a redaction is scored against. Boxes are in pixels of the
// picture, one for each line of text, and only around what can be seen.
import type { Rect } from "@underseal/redaction";
import type { ItemClass } from "./items.ts";

export interface TrueItem {
  readonly itemClass: ItemClass;
  /** What of it can be seen. */
  readonly text: string;
  readonly boxes: readonly Rect[];
}

export interface TrueWord {
  readonly text: string;
  readonly box: Rect;
  /** False for what is neither sensitive nor a word: prices, hashes, names of files. */
  readonly ordinary: boolean;
}

export interface Truth {
  readonly width: number;
  readonly height: number;
  readonly items: readonly TrueItem[];
  readonly words: readonly TrueWord[];
}

/** Fewer visible letters than this say nothing about an item of which more is covered. */
export const VISIBLE_LETTERS_MIN = 4;

/** Words of letters, with an apostrophe or hyphen inside, and quotes and full stops around. */
export const isOrdinaryWord = (text: string): boolean =>
  /^[("“„«¿¡]*\p{L}{2,}(?:[-'’]\p{L}+)*[)"”“».,:;!?…]*$/u.test(text);

/** Puts pictures side by side, as monitors on a desk. */
export const joinTruths = (truths: readonly Truth[]): Truth => {
  let left = 0;
  const moved = truths.map(({ width, items, words }) => {
    const move = (box: Rect): Rect => ({ ...box, x: box.x + left });
    const here = {
      items: items.map((item) => ({ ...item, boxes: item.boxes.map(move) })),
      words: words.map((word) => ({ ...word, box: move(word.box) })),
    };
    left += width;
    return here;
  });
  return {
    width: left,
    height: Math.max(...truths.map(({ height }) => height)),
    items: moved.flatMap(({ items }) => items),
    words: moved.flatMap(({ words }) => words),
  };
};
