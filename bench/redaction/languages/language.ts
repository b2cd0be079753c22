// What a language must bring for screens to be written in it: labels, ordinary prose, and how its people are called
// and reached. In patterns `#` is a digit and `@` a capital letter.

export const labelKeys = [
  ..."password user email phone address birthDate name card expires securityCode code iban account notes".split(" "),
  ..."search settings save cancel send today inbox sent drafts archive customer amount status paid open".split(" "),
  ..."salary diagnosis medication patient insurance token apiKey secret project meeting team balance".split(" "),
  ..."transfer date subject recovery taxId month total contact company employee memberNumber privateKey".split(" "),
] as const;

export interface Language {
  /** As tesseract names it. */
  readonly code: "eng" | "deu" | "fra" | "spa" | "por";
  readonly labels: Readonly<Record<string, string>>;
  /** Sentences of ordinary words and nothing else. */
  readonly prose: readonly string[];
  /** Sentences with places for items: `{phone}`. */
  readonly carriers: readonly string[];
  /** Short headings, subjects and entries of menus. */
  readonly titles: readonly string[];
  readonly given: readonly string[];
  readonly family: readonly string[];
  /** `%s` is the street, `%c` the city. */
  readonly address: string;
  readonly streets: readonly string[];
  readonly cities: readonly string[];
  readonly phones: readonly string[];
  readonly nationalId: string;
  /** `D`, `M` and `Y` for day, month and year. */
  readonly date: string;
  readonly iban: { readonly country: string; readonly body: string };
  readonly medical: readonly string[];
  /** Ordinary words of which passphrases are made. */
  readonly passphraseWords: readonly string[];
}

/** Labels in the order of `labelKeys`, separated by bars. */
export const labelsFrom = (text: string): Readonly<Record<string, string>> => {
  const labels = text.split("|").map((label) => label.trim());
  if (labels.length !== labelKeys.length) throw new Error(`${labels.length} labels for ${labelKeys.length} keys`);
  return Object.fromEntries(labelKeys.map((key, index) => [key, labels[index] ?? key]));
};
