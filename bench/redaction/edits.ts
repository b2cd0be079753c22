// Whether an item can be found in what was read: by the fewest edits that make it a part of the text.

export const READABLE_LETTERS_MIN = 6;
const EDITS_SHARE_MAX = 0.15;

/** The fewest edits (a letter more, less or another) between `part` and any piece of `text`. */
export const editsToFind = (part: string, text: string): number => {
  let above = new Uint16Array(text.length + 1);
  for (let row = 1; row <= part.length; row += 1) {
    const current = new Uint16Array(text.length + 1);
    current[0] = row;
    for (let column = 1; column <= text.length; column += 1) {
      const same = part.charCodeAt(row - 1) === text.charCodeAt(column - 1);
      current[column] = Math.min(
        (above[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (above[column - 1] ?? 0) + (same ? 0 : 1),
      );
    }
    above = current;
  }
  return above.reduce((least, edits) => Math.min(least, edits), part.length);
};

export const isFound = (item: string, text: string): boolean =>
  editsToFind(item, text) <= Math.floor(item.length * EDITS_SHARE_MAX);

/** Without spaces, and with the signs that readers mix up made one. */
export const normalise = (text: string): string =>
  text
    .normalize("NFC")
    .replace(/[^\S\n]/g, "")
    .replace(/[‘’`´]/g, "'")
    .replace(/[“”„«»]/g, '"')
    .replace(/[–—−]/g, "-");
