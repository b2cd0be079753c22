// What is denied without being asked: never work, or ours. Windows that are often work (mail, chat, a shell) are not
// here; `--deny` adds them.
import type { DenyRule } from "./deny.ts";

const passwordManagers = [
  ...["keepass", "bitwarden", "1password", "lastpass", "seahorse", "proton pass", "dashlane", "enpass", "nordpass"],
  ...["keeper password", "roboform", "kwalletmanager", "gnome-passwords", "passwords and keys"],
];

const banking = [
  ...["online banking", "online-banking", "onlinebanking", "internet banking", "netbanking", "e-banking", "ebanking"],
  ...["homebanking", "home banking", "banque en ligne", "espace client bancaire", "banca en línea", "banca online"],
  ...["banca electrónica", "banco online", "banco en línea", "banca por internet", "internetbanking", "net banking"],
];

const payment = ["paypal.com", "wise.com", "revolut.com", "n26.com", "mercadopago.com", "klarna.com"];

/** As browsers write it into the title. Chromium on X11 does not say which of its windows are incognito. */
const privateBrowsing = [
  ...["private browsing", "inprivate", "(incognito)", "incognito tab"],
  ...["privater modus", "privates surfen", "(inkognito)", "inkognito-tab"],
  ...["navigation privée", "onglet de navigation privée"],
  ...["navegación privada", "(incógnito)", "pestaña de incógnito"],
  ...["navegação privada", "navegação privativa", "navegação anônima", "navegação anónima", "(anônima)"],
];

/** The web app's own pages, which show their owner what was withheld from the client. */
const ownPages = ["· underseal"];

const rulesOf = (field: DenyRule["field"], texts: readonly string[]): readonly DenyRule[] =>
  texts.map((contains) => ({ field, contains }));

export const defaultRules: readonly DenyRule[] = [
  ...rulesOf("app", passwordManagers),
  ...rulesOf("title", [...passwordManagers, ...banking, ...privateBrowsing, ...ownPages]),
  ...rulesOf("host", payment),
];
