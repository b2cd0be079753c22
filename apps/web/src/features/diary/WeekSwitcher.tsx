import { Group } from "@mantine/core";
import { DAY_MS, dateOf, WEEK_MS } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { ButtonLink } from "../../ui/links.tsx";
import { dateRangeText, dateToMs } from "../../ui/time.ts";
import classes from "./diary.module.css";

export const WeekSwitcher = ({ contractId, week }: { readonly contractId: string; readonly week: string }) => {
  const { t, i18n } = useTranslation();
  const startMs = dateToMs(week) ?? 0;
  return (
    <Group component="nav" gap="xs" aria-label={t("diary.weeks")}>
      <Step contractId={contractId} week={dateOf(startMs - WEEK_MS)} label={t("diary.previousWeek")} sign="←" />
      <span className={classes.range} data-testid="week" data-week={week}>
        {dateRangeText(startMs, startMs + 6 * DAY_MS, i18n.language)}
      </span>
      <Step contractId={contractId} week={dateOf(startMs + WEEK_MS)} label={t("diary.nextWeek")} sign="→" />
    </Group>
  );
};

const Step = ({
  contractId,
  week,
  label,
  sign,
}: {
  readonly contractId: string;
  readonly week: string;
  readonly label: string;
  readonly sign: string;
}) => (
  <ButtonLink
    to="/contracts/$contractId/diary"
    params={{ contractId }}
    search={{ week }}
    variant="default"
    size="sm"
    px="sm"
    aria-label={label}
  >
    {sign}
  </ButtonLink>
);
