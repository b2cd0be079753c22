import type { Finding } from "../finding.ts";
import type { Page } from "./page.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** One topic: what it finds on a page and why that must be hidden. Rules are pure and know nothing of each other. */
export type Rule = (page: Page, vocabulary: Vocabulary) => readonly Finding[];
