// All words of the interface are keys into one table per language. A second language is a second folder beside
// `locales/en` with the same keys, added to `resources` below.
import i18next, { type i18n } from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "../locales/en/index.ts";

declare module "i18next" {
  interface CustomTypeOptions {
    resources: { translation: typeof en };
  }
}

export const startI18n = (): i18n => {
  const instance = i18next.createInstance();
  void instance.use(initReactI18next).init({
    // The words are plain English; dates are written day first.
    lng: "en-GB",
    fallbackLng: "en",
    resources: { en: { translation: en } },
    // React escapes what it prints.
    interpolation: { escapeValue: false },
    // The words are in the bundle: nothing is waited for.
    initAsync: false,
  });
  return instance;
};
