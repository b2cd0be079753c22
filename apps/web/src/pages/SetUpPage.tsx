import { Button, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { peopleRoutes } from "@underseal/api";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CredentialFields } from "../features/session/CredentialFields.tsx";
import { Entrance } from "../features/session/Entrance.tsx";
import { ApiFailure } from "../lib/failure.ts";
import { useServices } from "../lib/services.ts";
import { signIn } from "../lib/session-fetch.ts";
import { Notice } from "../ui/Notice.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";

export const SetUpPage = () => {
  const { t } = useTranslation();
  const services = useServices();
  const navigate = useNavigate();
  // The link carries its token behind the #: browsers send that part to no server and into no log.
  const token = useLocation().hash;
  const [error, setError] = useState<unknown>(null);
  const form = useForm({ mode: "uncontrolled", initialValues: { name: "", email: "", password: "" } });

  const submit = form.onSubmit(async (values) => {
    const made = await services.api.call(peopleRoutes.setUp, { body: { ...values, token } });
    if (!made.ok) {
      setError(new ApiFailure(made.error));
      return;
    }
    await signIn(services, values);
    services.queryClient.clear();
    await navigate({ to: "/" });
  });

  return (
    <Entrance title={t("session.setUp")}>
      {token === "" ? (
        <Notice tone="amber" title={t("session.setUpNoToken")}>
          {t("session.setUpNoTokenRemedy")}
        </Notice>
      ) : (
        <form onSubmit={submit} data-testid="setup-form">
          <Stack>
            <Text c="dimmed">{t("session.setUpLead")}</Text>
            {error !== null && <ProblemNotice error={error} />}
            <CredentialFields form={form} />
            <Button type="submit" loading={form.submitting} fullWidth>
              {t("session.setUpSubmit")}
            </Button>
          </Stack>
        </form>
      )}
    </Entrance>
  );
};
