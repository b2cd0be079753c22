import { english } from "./english.ts";
import { french } from "./french.ts";
import { german } from "./german.ts";
import type { Language } from "./language.ts";
import { portuguese } from "./portuguese.ts";
import { spanish } from "./spanish.ts";

export type { Language } from "./language.ts";

export const languages: readonly Language[] = [english, german, french, spanish, portuguese];
