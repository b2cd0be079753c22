import { Button, Stack, Textarea } from "@mantine/core";
import { Navigate, useNavigate, useRouteContext, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type UnlockError, unlockSeed } from "../features/keys/unlock.ts";
import { useServices } from "../lib/services.ts";
import { Notice } from "../ui/Notice.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";

const WORDS = 24;

/** Brings the account's keys into this browser. The words never leave it. */
export const UnlockPage = () => {
  const { t } = useTranslation();
  const services = useServices();
  const navigate = useNavigate();
  const { me } = useRouteContext({ from: "/signed" });
  const { next } = useSearch({ from: "/signed/unlock" });
  const [words, setWords] = useState("");
  const [error, setError] = useState<UnlockError | "BROWSER" | null>(null);
  const [isBusy, setBusy] = useState(false);
  const { keys } = me;
  if (keys === null) return <Navigate to="/keys" />;
  const count = words.trim() === "" ? 0 : words.trim().split(/\s+/).length;

  const unlock = async (): Promise<UnlockError | "BROWSER" | null> => {
    try {
      const seed = await unlockSeed(services, { keys, words });
      if (!seed.ok) return seed.error;
      await services.keyring.keep(keys, seed.value);
      return null;
    } catch {
      // The worker or the browser's storage: neither has anything to do with the words.
      return "BROWSER";
    }
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const problem = await unlock();
    setBusy(false);
    setError(problem);
    if (problem !== null) return;
    await navigate({ href: next ?? "/" });
  };

  return (
    <Page title={t("keys.unlockTitle")} subtitle={t("keys.unlockLead")}>
      <Panel title={t("keys.unlockWords")} lead={t("keys.unlockHint")}>
        <form onSubmit={submit} data-testid="unlock-form">
          <Stack maw={640}>
            {error !== null && (
              <Notice tone="red" title={t(`keys.errors.${error}.title`)} testId="unlock-error">
                {t(`keys.errors.${error}.remedy`)}
              </Notice>
            )}
            <Textarea
              label={t("keys.unlockLabel")}
              description={t("keys.unlockCount", { count, total: WORDS })}
              name="words"
              autosize
              minRows={4}
              value={words}
              onChange={(event) => setWords(event.currentTarget.value)}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              required
              styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
            />
            <div>
              <Button type="submit" loading={isBusy} disabled={count !== WORDS}>
                {t("keys.unlock")}
              </Button>
            </div>
          </Stack>
        </form>
      </Panel>
    </Page>
  );
};
