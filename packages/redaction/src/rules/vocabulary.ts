/** What the rules ask about language. Both take a word without punctuation, in any case. */
export interface Vocabulary {
  readonly isOrdinary: (text: string) => boolean;
  readonly isPersonName: (text: string) => boolean;
}
