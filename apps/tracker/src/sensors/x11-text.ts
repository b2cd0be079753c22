// Titles as X11 programs write them: UTF-8, Latin-1, or the older COMPOUND_TEXT, which switches character sets by
// escape sequences. A title that is read wrongly would slip past a rule, so what we cannot read is `null`, and a
// window with such a title counts as denied wherever titles are denied.

const ESCAPE = "\u001b";
// In this order: a section of UTF-8, the choice of a set for the upper half of the bytes, the choice of ASCII for the
// lower half, an escape that is none of these, and text.
const PARTS = new RegExp(
  `${ESCAPE}%G(?<utf8>[^]*?)(?:${ESCAPE}%@|$)|${ESCAPE}-(?<set>[A-Z])|${ESCAPE}\\(B|(?<unknown>${ESCAPE})|(?<text>[^${ESCAPE}]+)`,
  "g",
);

// `ESC - A` and so on switch the upper half of the bytes to one of these.
const UPPER_SETS: Readonly<Record<string, string>> = {
  A: "iso-8859-1",
  B: "iso-8859-2",
  C: "iso-8859-3",
  D: "iso-8859-4",
  F: "iso-8859-7",
  G: "iso-8859-6",
  H: "iso-8859-8",
  L: "iso-8859-5",
  M: "iso-8859-9",
};

export const utf8ToTitle = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

/** STRING is Latin-1 by the standard; many programs write UTF-8 anyway, which is almost never valid by accident. */
export const stringToTitle = (bytes: Uint8Array): string => utf8ToTitle(bytes) ?? latin1(bytes);

/** Reads ASCII, ISO 8859 and UTF-8 sections; `null` with any other character set. */
export const compoundTextToTitle = (bytes: Uint8Array): string | null => {
  const sections: (string | null)[] = [];
  // A chosen set holds until another is chosen, beyond sections of UTF-8 too.
  let upperSet: string | undefined = UPPER_SETS.A;
  for (const { groups = {} } of latin1(bytes).matchAll(PARTS)) {
    if (groups.set !== undefined) upperSet = UPPER_SETS[groups.set];
    if (upperSet === undefined || groups.unknown !== undefined) return null;
    if (groups.utf8 !== undefined) sections.push(utf8ToTitle(latin1ToBytes(groups.utf8)));
    if (groups.text !== undefined) sections.push(new TextDecoder(upperSet).decode(latin1ToBytes(groups.text)));
  }
  return sections.includes(null) ? null : sections.join("");
};

const latin1ToBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
