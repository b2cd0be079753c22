import { useTranslation } from "react-i18next";
import { Panel } from "../../ui/Panel.tsx";
import { type CheckOutcome, checkNames } from "../../workers/checks.ts";
import type { PictureAnswer } from "./picture-query.ts";
import classes from "./segment.module.css";

const MARKS: Readonly<Record<CheckOutcome["state"], string>> = {
  passed: "M4 8.5l3 3 5.5-6.5",
  failed: "M4.5 4.5l7 7M11.5 4.5l-7 7",
  skipped: "M4 8h8",
  "not-reached": "M8 8h.01",
};

/** The inventory behind the word "verified": each check in plain words with its result. */
export const CheckList = ({ answer }: { readonly answer: PictureAnswer | undefined }) => {
  const { t } = useTranslation();
  const outcomes: readonly CheckOutcome[] =
    answer === undefined
      ? checkNames.map((name) => ({ name, state: "not-reached" }))
      : answer.ok
        ? answer.value.checks
        : answer.error.checks;
  return (
    <Panel title={t("segment.checksTitle")} lead={t("segment.checksLead")} testId="checks">
      <ol className={classes.checks}>
        {outcomes.map(({ name, state }) => (
          <li key={name} data-check={name} data-state={state}>
            <svg width="18" height="18" viewBox="0 0 16 16" fill="none" aria-hidden="true" focusable="false">
              <path
                d={MARKS[state]}
                stroke="currentColor"
                strokeWidth="2"
                strokeLinecap="round"
                strokeLinejoin="round"
              />
            </svg>
            <span>
              {t(`segment.checks.${name}`)} <span className={classes.outcome}>{t(`segment.outcomes.${state}`)}</span>
            </span>
          </li>
        ))}
      </ol>
      {answer?.ok === false && <p className={classes.detail}>{t("segment.detail", { detail: answer.error.detail })}</p>}
    </Panel>
  );
};
