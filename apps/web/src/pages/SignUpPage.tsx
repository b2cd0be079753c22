import { Button, Radio, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate } from "@tanstack/react-router";
import { peopleRoutes } from "@underseal/api";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CredentialFields } from "../features/session/CredentialFields.tsx";
import { Entrance } from "../features/session/Entrance.tsx";
import { ApiFailure } from "../lib/failure.ts";
import { useServices } from "../lib/services.ts";
import { signIn } from "../lib/session-fetch.ts";
import { AnchorLink } from "../ui/links.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import classes from "./sign-up.module.css";

const kinds = ["client", "freelancer"] as const;

export const SignUpPage = () => {
  const { t } = useTranslation();
  const services = useServices();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>(null);
  const initialValues: { name: string; email: string; password: string; kind: (typeof kinds)[number] } = {
    name: "",
    email: "",
    password: "",
    kind: "client",
  };
  const form = useForm({ mode: "uncontrolled", initialValues });

  const submit = form.onSubmit(async (body) => {
    const made = await services.api.call(peopleRoutes.signUp, { body });
    if (!made.ok) {
      setError(new ApiFailure(made.error));
      return;
    }
    await signIn(services, body);
    services.queryClient.clear();
    await navigate({ to: "/keys" });
  });

  return (
    <Entrance title={t("session.signUp")}>
      <form onSubmit={submit} data-testid="sign-up-form">
        <Stack>
          {error !== null && <ProblemNotice error={error} />}
          <Radio.Group
            label={t("session.kind")}
            name="kind"
            required
            key={form.key("kind")}
            {...form.getInputProps("kind")}
          >
            <div className={classes.kinds}>
              {kinds.map((kind) => (
                <Radio.Card key={kind} value={kind} className={classes.kind}>
                  <span className={classes.kindLine}>
                    <Radio.Indicator />
                    <span>{t(`session.kinds.${kind}`)}</span>
                  </span>
                  <span className={classes.hint}>{t(`session.kindHints.${kind}`)}</span>
                </Radio.Card>
              ))}
            </div>
          </Radio.Group>
          <CredentialFields form={form} />
          <Button type="submit" loading={form.submitting} fullWidth>
            {t("session.signUpNext")}
          </Button>
          <Text size="sm" c="dimmed">
            {t("session.hasAccount")}{" "}
            <AnchorLink to="/sign-in" underline="always" inherit>
              {t("session.signIn")}
            </AnchorLink>
          </Text>
        </Stack>
      </form>
    </Entrance>
  );
};
