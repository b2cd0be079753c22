import { Button, Checkbox, Stack } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { contractRoutes } from "@underseal/api";
import type { Statement } from "@underseal/evidence";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { valueOrThrow } from "../../lib/failure.ts";
import { useServices } from "../../lib/services.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import { useReader } from "../session/me.ts";
import { acceptTerms } from "./terms.ts";

/** The freelancer's signature. It is made here, with the key that never leaves this browser. */
export const AcceptPanel = ({
  terms,
  clientName,
}: {
  readonly terms: Statement<"terms">;
  readonly clientName: string;
}) => {
  const { t } = useTranslation();
  const services = useServices();
  const { keys } = useReader();
  const [hasRead, setRead] = useState(false);
  const accept = useMutation({
    mutationFn: async () =>
      valueOrThrow(
        await services.api.call(contractRoutes.acceptContract, {
          params: { contractId: terms.body.contract },
          body: { terms: acceptTerms(terms, keys).envelope },
        }),
      ),
    onSuccess: () => services.queryClient.invalidateQueries({ queryKey: ["contracts"] }),
  });
  return (
    <Panel title={t("contracts.accept")} lead={t("contracts.acceptLead", { name: clientName })} testId="accept">
      <Stack>
        {accept.error !== null && <ProblemNotice error={accept.error} />}
        <Checkbox
          label={t("contracts.acceptRead")}
          checked={hasRead}
          onChange={(event) => setRead(event.currentTarget.checked)}
        />
        <div>
          <Button disabled={!hasRead} loading={accept.isPending} onClick={() => accept.mutate()}>
            {t("contracts.acceptButton")}
          </Button>
        </div>
      </Stack>
    </Panel>
  );
};
