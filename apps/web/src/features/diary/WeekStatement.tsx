import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import type { DiarySegment } from "@underseal/api";
import { useTranslation } from "react-i18next";
import { useServices } from "../../lib/services.ts";
import { Notice } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import { deadlineText, durationText } from "../../ui/time.ts";
import { useReader } from "../session/me.ts";
import { sumMinutes } from "./week.ts";
import { checkWeek, type SignedWeek, signWeek, type WeekPlace, weekStatementQuery } from "./week-statement.ts";

/** The freelancer's word that these are all records of the week. Checked here, then signed here. */
export const WeekStatement = ({
  place,
  segments,
  canSign,
}: {
  readonly place: WeekPlace;
  readonly segments: readonly DiarySegment[];
  /** Before the lock. */
  readonly canSign: boolean;
}) => {
  const { t } = useTranslation();
  const services = useServices();
  const { keys } = useReader();
  const signed = useQuery(weekStatementQuery(services, place));
  const check = useMutation({
    mutationFn: () => checkWeek(services, place, { slots: segments.map(({ slot }) => slot), keys }),
  });
  const tree = check.data?.ok ? check.data.value : null;
  const sign = useMutation({
    mutationFn: async () => {
      if (tree !== null) await signWeek(services, place, { tree, keys });
    },
    onSuccess: async () => {
      check.reset();
      await services.queryClient.invalidateQueries({ queryKey: ["week-statement", place] });
    },
  });
  const error = signed.error ?? check.error ?? sign.error;
  return (
    <Panel title={t("diary.weekStatement.title")} lead={t("diary.weekStatement.lead")} testId="week-statement">
      <Stack gap="sm">
        {error !== null && <ProblemNotice error={error} />}
        <StateLine signed={signed.data ?? null} />
        {check.data?.ok === false && <Notice tone="red" title={t(`diary.weekStatement.faults.${check.data.error}`)} />}
        {tree !== null && (
          <Text data-testid="week-tree">
            {t("diary.weekStatement.content", {
              duration: durationText(sumMinutes(segments)),
              segments: segments.length,
              records: tree.records,
              checked: tree.checked,
            })}
          </Text>
        )}
        {canSign && (
          <Group>
            {tree === null ? (
              <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
                {t("diary.weekStatement.check")}
              </Button>
            ) : (
              <Button loading={sign.isPending} onClick={() => sign.mutate()}>
                {t("diary.weekStatement.sign")}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </Panel>
  );
};

const StateLine = ({ signed }: { readonly signed: SignedWeek | null }) => {
  const { t, i18n } = useTranslation();
  const state = signed === null ? "unsigned" : signed.by;
  return (
    <Text data-testid="week-statement-state" data-state={state}>
      {t(`diary.weekStatement.states.${state}`, {
        at: signed === null ? "" : deadlineText(signed.atMs, i18n.language),
        records: signed?.records ?? 0,
      })}
    </Text>
  );
};
