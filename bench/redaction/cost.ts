// What one capture costs, by the size of the desk: the same pages on one screen, two of them side by side, and on a
// screen of twice the density. Each in a process of its own, as a tracker starts one for each capture.
import type { Policy } from "@underseal/redaction";
import type { RedactAnswer } from "./redact-child.ts";
import { startRedactor } from "./redactor.ts";
import type { ScreenPlan } from "./screen-plan.ts";
import { makeScreens, type Screen } from "./screens.ts";
import { reportCosts } from "./tables.ts";

const PAGES_OF_EACH_LANGUAGE = 2;
const FULL_HD = { width: 1920, height: 1080 };

/** `folder` keeps the painted screens. */
export const measureSizes = async (
  plans: readonly ScreenPlan[],
  policy: Policy,
  { folder, log, print }: Record<"log" | "print", (text: string) => void> & { readonly folder: string },
): Promise<void> => {
  const pairs = pairsOf(plans.filter(isFullHd));
  const desks: readonly (readonly [string, readonly ScreenPlan[]])[] = [
    ["1920 × 1080", pairs.flat()],
    ["two of them", pairs.map(sideBySide)],
    ["3840 × 2160, at twice the density", pairs.flat().map(atTwiceTheDensity)],
  ];
  for (const [name, desk] of desks) {
    const answers: RedactAnswer[] = [];
    for (const screen of await makeScreens(desk, { folder, log })) answers.push(await redactAlone(screen, policy));
    print(`\n### ${name}\n\n${reportCosts(answers)}`);
  }
};

/** In a process of its own. */
export const redactAlone = async ({ plan, pngFile }: Screen, policy: Policy): Promise<RedactAnswer> => {
  const redactor = startRedactor();
  try {
    return await redactor.redact({ pngFile, settings: { policy, languages: plan.languages, terms: plan.terms } });
  } finally {
    await redactor.stop();
  }
};

const isFullHd = ({ monitors }: ScreenPlan): boolean => {
  const [monitor] = monitors;
  const isPage = monitors.length === 1 && monitor?.type === "browser";
  return isPage && monitor.scale === 1 && monitor.width === FULL_HD.width && monitor.height === FULL_HD.height;
};

/** Pages in one language, because each language costs. */
const pairsOf = (plans: readonly ScreenPlan[]): readonly (readonly ScreenPlan[])[] =>
  [...new Set(plans.map(({ languages }) => languages.join()))]
    .map((codes) => plans.filter(({ languages }) => languages.join() === codes).slice(0, PAGES_OF_EACH_LANGUAGE))
    .filter((pages) => pages.length === PAGES_OF_EACH_LANGUAGE);

const sideBySide = (plans: readonly ScreenPlan[]): ScreenPlan => {
  const [first] = plans;
  if (first === undefined) throw new Error("a pair has two pages");
  const id = `cost-${plans.map((plan) => plan.id).join("-")}`;
  return { ...first, id, monitors: plans.flatMap(({ monitors }) => monitors) };
};

const atTwiceTheDensity = (plan: ScreenPlan): ScreenPlan => ({
  ...plan,
  id: `cost-dense-${plan.id}`,
  monitors: plan.monitors.map((monitor) => (monitor.type === "browser" ? { ...monitor, scale: 2 } : monitor)),
});
