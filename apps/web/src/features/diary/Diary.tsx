import { Stack } from "@mantine/core";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "../../ui/Notice.tsx";
import { LogAlarms } from "../gossip/LogAlarms.tsx";
import { useReader } from "../session/me.ts";
import { DaySection } from "./DaySection.tsx";
import type { DiaryProps } from "./diary-props.ts";
import { ToDoPanel } from "./ToDoPanel.tsx";
import { usePictures } from "./use-pictures.ts";
import { WeekStatement } from "./WeekStatement.tsx";
import { WeekSummary } from "./WeekSummary.tsx";
import { daysOf, sealedCapturesOf } from "./week.ts";

export const Diary = ({ contract, week, segments, money }: DiaryProps) => {
  const { t } = useTranslation();
  const { me } = useReader();
  const { contractId } = contract;
  const captures = useMemo(() => sealedCapturesOf(segments), [segments]);
  const days = useMemo(() => daysOf(segments), [segments]);
  const pictures = usePictures(contractId, captures);
  const { total, verified, failed } = pictures.counts;
  const isFreelancer = contract.freelancer.personId === me.personId;
  return (
    <Stack
      gap="lg"
      data-testid="diary"
      data-week={week}
      data-segments={segments.length}
      data-captures={total}
      data-verified={verified}
      data-failed={failed}
      data-state={failed > 0 ? "failed" : verified === total ? "verified" : "sealed"}
    >
      <LogAlarms />
      {isFreelancer && <ToDoPanel segments={segments} money={money} />}
      <WeekSummary contract={contract} week={week} segments={segments} money={money} pictures={pictures} />
      {isFreelancer && segments.length > 0 && (
        <WeekStatement
          place={{ contractId, week }}
          segments={segments}
          canSign={money === null || money.state === "open"}
        />
      )}
      {days.length === 0 && <Notice title={t("diary.empty")}>{t("diary.emptyMore")}</Notice>}
      {days.map((day) => (
        <DaySection key={day.date} contractId={contractId} day={day} pictures={pictures} isFreelancer={isFreelancer} />
      ))}
    </Stack>
  );
};
