import { PasswordInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { PASSWORD_MIN_CHARACTERS } from "@underseal/api";
import { useTranslation } from "react-i18next";

export interface Credentials {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Name, e-mail and a new password, the same for everyone who makes an account. */
export const CredentialFields = <Values extends Credentials>({
  form,
}: {
  readonly form: UseFormReturnType<Values>;
}) => {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        label={t("session.name")}
        description={t("session.nameHint")}
        name="name"
        autoComplete="name"
        required
        maxLength={100}
        key={form.key("name")}
        {...form.getInputProps("name")}
      />
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
        description={t("session.passwordHint", { count: PASSWORD_MIN_CHARACTERS })}
        name="password"
        autoComplete="new-password"
        required
        minLength={PASSWORD_MIN_CHARACTERS}
        visibilityToggleButtonProps={{ "aria-label": t("session.showPassword") }}
        key={form.key("password")}
        {...form.getInputProps("password")}
      />
    </>
  );
};
