import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { moneyRoutes } from "@underseal/api";
import { useTranslation } from "react-i18next";
import { valueOrThrow } from "../../lib/failure.ts";
import { useServices } from "../../lib/services.ts";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";

/** The client need not wait for the end of the review. */
export const ApproveWeek = (params: { readonly contractId: string; readonly week: string }) => {
  const { t } = useTranslation();
  const services = useServices();
  const approve = useMutation({
    mutationFn: async () => valueOrThrow(await services.api.call(moneyRoutes.approveWeek, { params })),
    onSuccess: () => services.queryClient.invalidateQueries({ queryKey: ["weeks", params.contractId] }),
  });
  return (
    <>
      <Button size="sm" loading={approve.isPending} onClick={() => approve.mutate()} data-testid="approve-week">
        {t("money.approve")}
      </Button>
      {approve.error !== null && <ProblemNotice error={approve.error} />}
    </>
  );
};
