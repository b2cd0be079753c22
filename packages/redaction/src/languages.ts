/** The languages there are words for, as tesseract names them. */
export const languages = ["eng", "deu", "fra", "spa", "por"] as const;
export type Language = (typeof languages)[number];

export const isLanguage = (text: string): text is Language => (languages as readonly string[]).includes(text);
