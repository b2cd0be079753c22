import { useTranslation } from "react-i18next";
import { dateToMs, dayText, durationText } from "../../ui/time.ts";
import { DayStrip } from "./DayStrip.tsx";
import classes from "./diary.module.css";
import { SegmentCard } from "./SegmentCard.tsx";
import type { Pictures } from "./use-pictures.ts";
import type { Day } from "./week.ts";

export interface DaySectionProps {
  readonly contractId: string;
  readonly day: Day;
  readonly pictures: Pictures;
  readonly isFreelancer: boolean;
}

export const DaySection = ({ contractId, day, pictures, isFreelancer }: DaySectionProps) => {
  const { t, i18n } = useTranslation();
  const title = dayText(dateToMs(day.date) ?? 0, i18n.language);
  return (
    <section aria-labelledby={`day-${day.date}`} data-testid="day" data-date={day.date}>
      <div className={classes.dayHead}>
        <h2 className={classes.dayTitle} id={`day-${day.date}`}>
          {title}
        </h2>
        <span className={classes.dimmed}>
          {t("diary.daySum", { duration: durationText(day.minutes), count: day.segments.length })}
        </span>
      </div>
      <DayStrip segments={day.segments} />
      <ol className={classes.cells}>
        {day.segments.map((segment) => (
          <SegmentCard
            key={segment.slot}
            contractId={contractId}
            segment={segment}
            pictures={pictures}
            isFreelancer={isFreelancer}
          />
        ))}
      </ol>
    </section>
  );
};
