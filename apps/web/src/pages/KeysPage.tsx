import { Stack } from "@mantine/core";
import { Navigate, useNavigate, useRouteContext } from "@tanstack/react-router";
import { peopleRoutes } from "@underseal/api";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ConfirmWords } from "../features/keys/ConfirmWords.tsx";
import { createAccount, publishable } from "../features/keys/new-account.ts";
import { ShowWords } from "../features/keys/ShowWords.tsx";
import { meQuery } from "../features/session/me.ts";
import { valueOrThrow } from "../lib/failure.ts";
import { useServices } from "../lib/services.ts";
import { Page } from "../ui/Page.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";

/** Makes the account's keys once: shows the recovery code, asks three words back, publishes the public half. */
export const KeysPage = () => {
  const { t } = useTranslation();
  const services = useServices();
  const navigate = useNavigate();
  const { me } = useRouteContext({ from: "/signed" });
  const [account] = useState(() => createAccount(services));
  const [step, setStep] = useState<"show" | "confirm">("show");
  const [error, setError] = useState<unknown>(null);

  // `null` only where keys exist already or the person is the operator, who needs none.
  if ((me.keys !== null && step === "show") || me.kind === "operator") return <Navigate to="/" />;

  const publish = async () => {
    try {
      const body = await publishable(services, me.personId, account);
      const published = valueOrThrow(await services.api.call(peopleRoutes.putMyKeys, { body }));
      await services.keyring.keep(published, account.seed);
      await services.queryClient.invalidateQueries({ queryKey: meQuery(services).queryKey });
      await services.queryClient.fetchQuery({ ...meQuery(services), staleTime: 0 });
      await navigate({ to: "/" });
    } catch (cause) {
      setError(cause);
    }
  };

  return (
    <Page title={t("keys.title")} subtitle={t("keys.lead")}>
      <Stack maw={820}>
        {error !== null && <ProblemNotice error={error} />}
        {step === "show" ? (
          <ShowWords words={account.words} onNext={() => setStep("confirm")} />
        ) : (
          <ConfirmWords words={account.words} onConfirmed={publish} onBack={() => setStep("show")} />
        )}
      </Stack>
    </Page>
  );
};
