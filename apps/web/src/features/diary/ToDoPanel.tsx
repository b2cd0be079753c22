import type { DiarySegment, WeekAnswer } from "@underseal/api";
import { useTranslation } from "react-i18next";
import { Notice } from "../../ui/Notice.tsx";
import { deadlineText, durationText } from "../../ui/time.ts";
import classes from "./diary.module.css";
import { sumMinutes, toDosOf } from "./week.ts";

/** What the freelancer can still mend, before anything else on the page. */
export const ToDoPanel = ({
  segments,
  money,
}: {
  readonly segments: readonly DiarySegment[];
  readonly money: WeekAnswer | null;
}) => {
  const { t, i18n } = useTranslation();
  const toDos = toDosOf(segments);
  const open = segments.filter(({ coverage }) => coverage.covered === "none");
  if (segments.length === 0) return null;
  const isUnprotected = open.length > 0;
  const title = isUnprotected
    ? t("diary.unprotected", { duration: durationText(sumMinutes(open)) })
    : t(toDos.length > 0 ? "diary.mendable" : "diary.allProtected");
  return (
    <Notice tone={isUnprotected ? "amber" : toDos.length > 0 ? "amber" : "green"} title={title} testId="to-do">
      {toDos.length > 0 && (
        <ul className={classes.toDos}>
          {toDos.map(({ code, sentence, minutes, segments: count }) => (
            <li key={code} data-remedy={code}>
              {sentence}{" "}
              <span className={classes.dimmed}>{t("diary.helps", { duration: durationText(minutes), count })}</span>
            </li>
          ))}
        </ul>
      )}
      {money?.state === "open" && <p>{t("diary.until", { lock: deadlineText(money.lockAtMs, i18n.language) })}</p>}
    </Notice>
  );
};
