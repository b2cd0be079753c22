// Titles as X11 programs write them: UTF-8, Latin-1, or the older COMPOUND_TEXT, which switches character sets by
// escape sequences. A title that is read wrongly would slip past a rule, so what we cannot read is `null`, and a
// window with such a title counts as denied wherever titles are denied.

const ESCAPE = "\u001b";
const UTF8_SECTION = new RegExp(`${ESCAPE}%G([\\s\\S]*?)(?:${ESCAPE}%@|$)`, "g");
const PLAIN_SETS = [`${ESCAPE}(B`, `${ESCAPE})B`, `${ESCAPE}-A`];

export const utf8ToTitle = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

/** STRING is Latin-1 by the standard; many programs write UTF-8 anyway, which is almost never valid by accident. */
export const stringToTitle = (bytes: Uint8Array): string => utf8ToTitle(bytes) ?? latin1(bytes);

/** Reads ASCII, Latin-1 and UTF-8 sections; `null` with any other character set. */
export const compoundTextToTitle = (bytes: Uint8Array): string | null => {
  const sections: string[] = [];
  const text = latin1(bytes);
  let end = 0;
  for (const match of text.matchAll(UTF8_SECTION)) {
    const decoded = utf8ToTitle(Uint8Array.from(match[1] ?? "", (character) => character.charCodeAt(0)));
    if (decoded === null) return null;
    sections.push(withoutPlainSets(text.slice(end, match.index)), decoded);
    end = match.index + match[0].length;
  }
  sections.push(withoutPlainSets(text.slice(end)));
  const title = sections.join("");
  return title.includes(ESCAPE) ? null : title;
};

const withoutPlainSets = (text: string): string => PLAIN_SETS.reduce((rest, set) => rest.replaceAll(set, ""), text);

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
