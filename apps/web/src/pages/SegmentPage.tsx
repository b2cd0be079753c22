import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { slotEndMs, slotStartMs } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { ContractTrail } from "../features/contracts/ContractTrail.tsx";
import { segmentQuery } from "../features/diary/queries.ts";
import { LogAlarms } from "../features/gossip/LogAlarms.tsx";
import { SegmentSteps } from "../features/segment/SegmentSteps.tsx";
import { SegmentView } from "../features/segment/SegmentView.tsx";
import { useSteps } from "../features/segment/use-steps.ts";
import { useServices } from "../lib/services.ts";
import { Page } from "../ui/Page.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Loading } from "../ui/route-states.tsx";
import { clockText, dayText } from "../ui/time.ts";

export const SegmentPage = () => {
  const { t, i18n } = useTranslation();
  const services = useServices();
  const { contractId, slot } = useParams({ from: "/signed/open/contracts/$contractId/segments/$slot" });
  const { data, error } = useQuery(segmentQuery(services, { contractId, slot }));
  const steps = useSteps({ contractId, slot, captureCount: data?.segment.captures.length ?? 0 });
  const time = (ms: number) => clockText(ms, i18n.language);
  return (
    <Page
      title={t("diary.span", { from: time(slotStartMs(slot)), to: time(slotEndMs(slot)) })}
      subtitle={t("segment.day", { day: dayText(slotStartMs(slot), i18n.language) })}
      above={<ContractTrail contractId={contractId} />}
    >
      <Stack gap="lg">
        <LogAlarms />
        <SegmentSteps steps={steps} />
        {error !== null && <ProblemNotice error={error} />}
        {data === undefined ? (
          error === null && <Loading />
        ) : (
          <SegmentView key={slot} contractId={contractId} segment={data.segment} captureNumber={steps.captureNumber} />
        )}
      </Stack>
    </Page>
  );
};
