import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { dateOf, weekStartOf } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { ContractTrail } from "../features/contracts/ContractTrail.tsx";
import { contractQuery, platformQuery } from "../features/contracts/queries.ts";
import { Diary } from "../features/diary/Diary.tsx";
import { diaryQuery } from "../features/diary/queries.ts";
import { WeekSwitcher } from "../features/diary/WeekSwitcher.tsx";
import { weeksQuery } from "../features/money/queries.ts";
import { useServices } from "../lib/services.ts";
import { Page } from "../ui/Page.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Loading } from "../ui/route-states.tsx";
import { dateToMs } from "../ui/time.ts";

export const DiaryPage = () => {
  const { t } = useTranslation();
  const services = useServices();
  const { contractId } = useParams({ from: "/signed/open/contracts/$contractId/diary" });
  const { week: asked } = useSearch({ from: "/signed/open/contracts/$contractId/diary" });
  const platform = useQuery(platformQuery(services));
  const askedMs = asked === undefined ? null : dateToMs(asked);
  const shownMs = askedMs ?? platform.data?.nowMs ?? null;
  const week = shownMs === null ? null : dateOf(weekStartOf(shownMs));
  return (
    <Page
      title={t("diary.title")}
      above={<ContractTrail contractId={contractId} />}
      aside={week !== null && <WeekSwitcher contractId={contractId} week={week} />}
    >
      {platform.error !== null && <ProblemNotice error={platform.error} />}
      {week !== null && <LoadedDiary contractId={contractId} week={week} />}
    </Page>
  );
};

const LoadedDiary = (params: { readonly contractId: string; readonly week: string }) => {
  const services = useServices();
  const contract = useQuery(contractQuery(services, params.contractId));
  const diary = useQuery(diaryQuery(services, params));
  const weeks = useQuery(weeksQuery(services, params.contractId));
  const error = contract.error ?? diary.error ?? weeks.error;
  if (error !== null) return <ProblemNotice error={error} />;
  if (contract.data === undefined || diary.data === undefined || weeks.data === undefined) return <Loading />;
  return (
    <Diary
      key={params.week}
      contract={contract.data}
      week={params.week}
      segments={diary.data}
      money={weeks.data.find(({ week }) => week === params.week) ?? null}
    />
  );
};
