import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Entrance } from "../features/session/Entrance.tsx";
import { useServices } from "../lib/services.ts";
import { type SignInError, signIn } from "../lib/session-fetch.ts";
import { AnchorLink } from "../ui/links.tsx";
import { Notice } from "../ui/Notice.tsx";

export const SignInPage = () => {
  const { t } = useTranslation();
  const services = useServices();
  const navigate = useNavigate();
  const { next } = useSearch({ from: "/sign-in" });
  const [error, setError] = useState<SignInError | null>(null);
  const form = useForm({ mode: "uncontrolled", initialValues: { email: "", password: "" } });

  const submit = form.onSubmit(async (values) => {
    const answer = await signIn(services, values);
    if (!answer.ok) {
      setError(answer.error);
      return;
    }
    services.queryClient.clear();
    await navigate({ href: next ?? "/" });
  });

  return (
    <Entrance title={t("session.signIn")}>
      <form onSubmit={submit} data-testid="sign-in-form">
        <Stack>
          {error !== null && (
            <Notice tone="red" title={t(`session.errors.${error}.title`)}>
              {t(`session.errors.${error}.remedy`)}
            </Notice>
          )}
          <TextInput
            label={t("session.email")}
            type="email"
            name="email"
            autoComplete="username"
            required
            key={form.key("email")}
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label={t("session.password")}
            name="password"
            autoComplete="current-password"
            required
            visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
            key={form.key("password")}
            {...form.getInputProps("password")}
          />
          <Button type="submit" loading={form.submitting} fullWidth>
            {t("session.signIn")}
          </Button>
          <Text size="sm" c="dimmed">
            {t("session.noAccount")}{" "}
            <AnchorLink to="/sign-up" underline="always" inherit>
              {t("session.signUp")}
            </AnchorLink>
          </Text>
        </Stack>
      </form>
    </Entrance>
  );
};
