import type { PageKind } from "./kind.ts";
import { call, chat, mail } from "./messages.ts";
import { calendar, customers, passwords, spreadsheet } from "./records.ts";
import { cloudConsole, ide, slides } from "./work.ts";

export type { PageKind } from "./kind.ts";

/** The kinds that occur in both sets; those of the frozen set alone are in `../frozen/`. */
export const pageKinds: Readonly<Record<string, PageKind>> = {
  ...{ mail, chat, call, passwords, customers, spreadsheet, calendar },
  ...{ "cloud console": cloudConsole, ide, slides },
};
