// The deny list on windows that were made up, so that each doubt can be told apart.
import { describe, expect, test } from "vitest";
import { defaultRules } from "../src/reduction/default-rules.ts";
import { type DenyRule, findDenied } from "../src/reduction/deny.ts";
import type { DesktopWindow } from "../src/sensors/sensor.ts";

const windowOf = (changes: Partial<DesktopWindow>): DesktopWindow => ({
  id: 1,
  title: "work",
  appNames: ["editor", "Editor"],
  pid: 10,
  frame: { x: 0, y: 0, width: 10, height: 10 },
  visible: true,
  onCurrentDesktop: true,
  active: false,
  transientFor: null,
  managed: true,
  ...changes,
});

const isDenied = (window: DesktopWindow, rules: readonly DenyRule[], monitors = 1): boolean =>
  findDenied([window], { rules, ownPids: [] }, { monitors }).length > 0;

describe("a host rule", () => {
  const rules: readonly DenyRule[] = [{ field: "host", contains: "www.Bank.example" }];

  test.each([
    ["bank.example", true],
    ["Sign in – bank.example — Mozilla Firefox", true],
    ["https://login.bank.example/start - Chromium", true],
    ["bank.example:8443", true],
    ["BANK.EXAMPLE", true],
    ["databank.example", false],
    ["my-bank.example", false],
    ["bank.examples", false],
    ["databank.example and bank.example", true],
    ["bank", false],
    [null, true],
  ])("%j: %s", (title, denied) => {
    expect(isDenied(windowOf({ title }), rules)).toBe(denied);
  });
});

describe("what is denied without being asked", () => {
  test.each([
    [{ appNames: ["keepassxc", "KeePassXC"], title: "x" }],
    [{ appNames: ["Bitwarden"], title: "x" }],
    [{ title: "Vault — Bitwarden — Mozilla Firefox" }],
    [{ title: "Sparkasse Online-Banking – Mozilla Firefox" }],
    [{ title: "Ma banque en ligne — Mozilla Firefox" }],
    [{ title: "Banca en línea - Chromium" }],
    [{ title: "Internet Banking - Chromium" }],
    [{ title: "paypal.com/myaccount - Chromium" }],
    [{ title: "Mozilla Firefox Private Browsing" }],
    [{ title: "Suche – Mozilla Firefox Privater Modus" }],
    [{ title: "Accueil — Navigation privée de Mozilla Firefox" }],
    [{ title: "Inicio — Mozilla Firefox (Navegación privada)" }],
    [{ title: "Início — Mozilla Firefox (Navegação privativa)" }],
    [{ title: "Bing - [InPrivate] - Microsoft Edge" }],
    [{ title: "Diary · Underseal - Chromium" }],
  ])("%j", (changes) => {
    expect(isDenied(windowOf(changes), defaultRules)).toBe(true);
  });

  test.each([
    ["invoice.ts - editor"],
    ["Pull request: account page - Chromium"],
    ["underseal: npm test"],
    ["Inkscape"],
    ["otherwise.com"],
  ])("and not: %s", (title) => {
    expect(isDenied(windowOf({ title }), defaultRules)).toBe(false);
  });
});

describe("a denied window that its manager puts on another desktop", () => {
  const rules: readonly DenyRule[] = [{ field: "title", contains: "vault" }];
  const elsewhere = windowOf({ title: "vault", onCurrentDesktop: false });

  test("is not on the only monitor", () => expect(isDenied(elsewhere, rules, 1)).toBe(false));
  test("may be on the second monitor, which shows a desktop of its own", () =>
    expect(isDenied(elsewhere, rules, 2)).toBe(true));
  test("is nowhere when it is minimised", () =>
    expect(isDenied({ ...elsewhere, visible: false }, rules, 2)).toBe(false));
});
