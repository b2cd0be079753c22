// The set that gives the number. Only CI and the final measurement may run it, and nobody may look at what leaks in it
// in order to repair that: what was tuned on these screens would measure our memory and not the redaction. Whoever
// breaks this must change the seed, the words and the page kinds, and say so where the number is published.
//
// It has page kinds of its own (`pages.ts`), another seed, and other people, sentences and projects (`words.ts`).
import { languages } from "../languages/index.ts";
import { pageKinds } from "../pages/index.ts";
import type { SetParameters } from "../screen-plan.ts";
import { frozenPageKinds } from "./pages.ts";
import { frozenWords } from "./words.ts";

export const frozenSet: SetParameters = {
  name: "frozen",
  seed: 7_714_053,
  pageKinds: { ...pageKinds, ...frozenPageKinds },
  languages: languages.map((language) => ({ ...language, ...frozenWords[language.code] })),
  terms: ["Marchetti Analytics", "Operation Halcyon", "Velkomm", "Quillfeather", "Orme & Tait"],
  screensOfEachKind: 7,
  windowScreens: 9,
  monitorScreens: 5,
  terminalScreens: 7,
};
