// Finds labels: "Passw0rd", "date ofbirth" and the ACCESS_KEY in AWS_ACCESS_KEY_ID alike. One letter read as another
// is forgiven in longer labels, unless what stands there is an ordinary word of its own.
import { foldToLetters } from "../fold.ts";
import type { Word } from "../word.ts";
import { LABEL_PHRASES, type LabelKind } from "./label-words.ts";
import { type PlacedPart, partsOfWords } from "./parts.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface Label {
  readonly kind: LabelKind;
  readonly firstWord: number;
  readonly lastWord: number;
  /** Where the label starts in its first word and where the identifier that holds it ends in its last. */
  readonly start: number;
  readonly end: number;
  /** What follows in the same identifier, as `length` in `password_length`; folded. */
  readonly suffix: readonly string[];
}

interface FoldedPart extends PlacedPart {
  readonly folded: string;
}

// More of them in one word are there to cost time.
const LABELS_PER_WORD_MAX = 4;
const PARTS_MAX = 6;
const FOLDED_LENGTH_MAX = 40;
const ONE_ERROR_LENGTH_MIN = 7;
const ONE_LOSS_LENGTH_MIN = 8;

const foldPhrase = (phrase: string): string => foldToLetters(phrase).replace(/[^\p{L}\p{N}]/gu, "");

const withGap = (text: string, at: number): string => `${text.slice(0, at)}*${text.slice(at + 1)}`;
const withLoss = (text: string, at: number): string => text.slice(0, at) + text.slice(at + 1);

const exactLabels = new Map<string, LabelKind>();
const nearLabels = new Map<string, LabelKind>();
for (const [kind, list] of Object.entries(LABEL_PHRASES) as readonly [LabelKind, readonly string[]][]) {
  for (const phrase of list.map(foldPhrase)) {
    if (!exactLabels.has(phrase)) exactLabels.set(phrase, kind);
    if (phrase.length < ONE_ERROR_LENGTH_MIN) continue;
    for (let at = 0; at < phrase.length; at += 1) {
      nearLabels.set(withGap(phrase, at), kind);
      if (phrase.length >= ONE_LOSS_LENGTH_MIN) nearLabels.set(withLoss(phrase, at), kind);
    }
  }
}

export const findLabels = (
  words: readonly Word[],
  { isOrdinary }: Pick<Vocabulary, "isOrdinary">,
): readonly Label[] => {
  const parts = partsOfWords(words).map((part) => ({ ...part, folded: foldPhrase(part.text) }));
  const labels: Label[] = [];
  for (let from = 0; from < parts.length; from += 1) {
    const hit = labelAt(parts, from, isOrdinary);
    const wordIndex = parts[from]?.wordIndex ?? 0;
    if (hit === undefined || labels.at(-LABELS_PER_WORD_MAX)?.firstWord === wordIndex) continue;
    labels.push(toLabel(parts, from, hit.to, hit.kind));
    from = hit.to;
  }
  return labels;
};

/** The longest label that starts at a part, so that "card security code" is not a "card". */
const labelAt = (
  parts: readonly FoldedPart[],
  from: number,
  isOrdinary: Vocabulary["isOrdinary"],
): { readonly to: number; readonly kind: LabelKind } | undefined => {
  const spans: string[] = [];
  for (let to = from, text = ""; to < Math.min(parts.length, from + PARTS_MAX); to += 1) {
    text += parts[to]?.folded ?? "";
    if (text.length > FOLDED_LENGTH_MAX) break;
    spans.push(text);
  }
  for (let size = spans.length; size > 0; size -= 1) {
    const kind = exactLabels.get(spans[size - 1] ?? "");
    if (kind !== undefined) return { to: from + size - 1, kind };
  }
  for (let size = spans.length; size > 0; size -= 1) {
    const folded = spans[size - 1] ?? "";
    if (folded.length < ONE_LOSS_LENGTH_MIN - 1) break;
    if (parts.slice(from, from + size).every((part) => isOrdinary(part.text))) continue;
    const kind = nearLabel(folded);
    if (kind !== undefined) return { to: from + size - 1, kind };
  }
  return undefined;
};

const nearLabel = (folded: string): LabelKind | undefined => {
  const short = nearLabels.get(folded);
  if (short !== undefined) return short;
  for (let at = 0; at < folded.length; at += 1) {
    const kind = nearLabels.get(withGap(folded, at));
    if (kind !== undefined) return kind;
  }
  return undefined;
};

const toLabel = (parts: readonly FoldedPart[], from: number, to: number, kind: LabelKind): Label => {
  const first = parts[from];
  const suffix = identifierRest(parts, to);
  const last = parts[to + suffix.length];
  return {
    kind,
    firstWord: first?.wordIndex ?? 0,
    lastWord: last?.wordIndex ?? 0,
    start: first?.start ?? 0,
    end: last?.end ?? 0,
    suffix: suffix.map((part) => part.folded),
  };
};

/** The parts of the same identifier after the label's last. */
const identifierRest = (parts: readonly FoldedPart[], to: number): readonly FoldedPart[] => {
  const wordIndex = parts[to]?.wordIndex;
  const rest: FoldedPart[] = [];
  for (let at = to + 1; at < parts.length; at += 1) {
    const part = parts[at];
    if (part === undefined || part.wordIndex !== wordIndex || !/^[_-]?$/.test(part.joint)) break;
    rest.push(part);
  }
  return rest;
};
