import { Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Navigate, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { NewContractForm } from "../features/contracts/NewContractForm.tsx";
import { type Draft, propose } from "../features/contracts/propose.ts";
import { useReader } from "../features/session/me.ts";
import { useServices } from "../lib/services.ts";
import { Page } from "../ui/Page.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";

export const NewContractPage = () => {
  const { t } = useTranslation();
  const services = useServices();
  const navigate = useNavigate();
  const { me, keys } = useReader();
  const proposal = useMutation({
    mutationFn: (draft: Draft) => propose(services, { me, keys, draft }),
    onSuccess: async ({ contractId }) => {
      await services.queryClient.invalidateQueries({ queryKey: ["contracts"] });
      await navigate({ to: "/contracts/$contractId", params: { contractId } });
    },
  });
  if (me.kind !== "client") return <Navigate to="/" />;
  return (
    <Page title={t("contracts.new")} subtitle={t("contracts.newLead")}>
      <Stack maw={760}>
        {proposal.error !== null && <ProblemNotice error={proposal.error} />}
        <NewContractForm isBusy={proposal.isPending} onSubmit={(draft) => proposal.mutate(draft)} />
      </Stack>
    </Page>
  );
};
