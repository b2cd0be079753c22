/** Languages whose ordinary words can be told from names and secrets, as the reader names them. */
export const languages = ["eng", "deu", "fra", "spa", "por"] as const;

export type Language = (typeof languages)[number];

export const isLanguage = (text: unknown): text is Language => languages.some((language) => language === text);
