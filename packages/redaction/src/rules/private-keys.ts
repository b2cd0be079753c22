// PEM blocks and SSH keys. The end may be below the screen's edge, so a block lasts as long as its lines look like it.
import type { Finding } from "../finding.ts";
import { foldToLetters } from "../fold.ts";
import type { TextLine } from "../lines.ts";
import type { Rule } from "./rule.ts";
import { ordinaryShare, strip } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";

const BLOCK_LINES_MAX = 120;
const FOREIGN_LINES_MAX = 2;
const BODY_LENGTH_MIN = 48;

export const findPrivateKeys: Rule = ({ lines }, vocabulary) => {
  const found: Finding[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (line === undefined) break;
    if (isBoundary(line, "begin")) {
      const block = blockFrom(lines, at, vocabulary);
      found.push(...block.map((words): Finding => ({ words, reason: "privateKey" })));
    } else if (isBoundary(line, "end") || isBody(line, vocabulary)) {
      found.push({ words: blockWords(line, vocabulary), reason: "privateKey" });
    }
  }
  return found;
};

const KEY_WORDS = /prlvate|key|certlflcate|openssh|rsa|pgp|encrypted/;

const foldLine = (line: TextLine): string =>
  line.words
    .slice(0, 400)
    .map((word) => foldToLetters(word.text))
    .join("")
    .replace(/[^\p{L}\p{N}-]/gu, "");

const isBoundary = (line: TextLine, which: "begin" | "end"): boolean => {
  if (!line.words.some((word) => /[-–—_~=]{2}|BEGIN|END/.test(word.text))) return false;
  const text = foldLine(line);
  const mark = which === "begin" ? /(?:^|[-–—])[-–—]?begln/ : /[-–—]end|^end/;
  return mark.test(text) && KEY_WORDS.test(text);
};

const blockFrom = (lines: readonly TextLine[], from: number, vocabulary: Vocabulary) => {
  const first = lines[from];
  if (first === undefined) return [];
  const block = [first.words];
  let foreign = 0;
  for (const line of lines.slice(from + 1, from + BLOCK_LINES_MAX)) {
    if (isFarBelow(first, line)) break;
    const isEnd = isBoundary(line, "end");
    const words = isEnd ? line.words : blockWords(line, vocabulary);
    foreign = words.length === 0 ? foreign + 1 : 0;
    if (foreign > FOREIGN_LINES_MAX) break;
    if (words.length > 0) block.push(words);
    if (isEnd) break;
  }
  return block;
};

const isFarBelow = (first: TextLine, line: TextLine): boolean =>
  line.box.y - first.box.y > BLOCK_LINES_MAX * 2 * Math.max(4, first.box.height);

/** The words of a line that may belong to a block; other windows on the same line have theirs. */
const blockWords = (line: TextLine, vocabulary: Vocabulary) =>
  line.segments
    .filter((segment) => segment.words.some((word) => isBase64(word.text, 6, vocabulary)))
    .flatMap((segment) => segment.words.filter((word) => word.text.length >= 3 || !/^\p{Ll}+$/u.test(word.text)));

/** A full line of a block without its beginning, which has scrolled away. */
const isBody = (line: TextLine, vocabulary: Vocabulary): boolean =>
  line.words.some((word) => word.text.length >= BODY_LENGTH_MIN && isBase64(word.text, BODY_LENGTH_MIN, vocabulary));

const isBase64 = (text: string, lengthMin: number, vocabulary: Vocabulary): boolean => {
  const token = strip(text);
  return (
    token.length >= lengthMin &&
    /^[\w+/=|!$-]+$/.test(token) &&
    ordinaryShare(token, vocabulary) < 0.6 &&
    (lengthMin < BODY_LENGTH_MIN || isFullLine(token))
  );
};

const isFullLine = (token: string): boolean =>
  /^[A-Za-z0-9+/|!$]+$/.test(token) && /[a-z]/.test(token) && /[A-Z]/.test(token) && /\d/.test(token);
