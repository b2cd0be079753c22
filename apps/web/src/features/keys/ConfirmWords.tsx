import { Button, Group, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { type Redacted, reveal } from "@underseal/foundation";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useServices } from "../../lib/services.ts";
import { Panel } from "../../ui/Panel.tsx";
import { pickPlaces } from "./new-account.ts";

export interface ConfirmWordsProps {
  readonly words: Redacted<string>;
  readonly onConfirmed: () => Promise<void>;
  readonly onBack: () => void;
}

export const ConfirmWords = ({ words, onConfirmed, onBack }: ConfirmWordsProps) => {
  const { t } = useTranslation();
  const services = useServices();
  const list = reveal(words).split(" ");
  const [places] = useState(() => pickPlaces(services, list.length));
  const [wrong, setWrong] = useState<readonly number[]>([]);
  const [isBusy, setBusy] = useState(false);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const typed = new FormData(event.currentTarget);
    const missed = places.filter(
      (place) =>
        String(typed.get(`word-${place}`))
          .trim()
          .toLowerCase() !== list[place],
    );
    setWrong(missed);
    if (missed.length > 0) return;
    setBusy(true);
    await onConfirmed();
    setBusy(false);
  };

  return (
    <Panel title={t("keys.confirmTitle")} lead={t("keys.confirmLead")} testId="confirm-words">
      <form onSubmit={submit}>
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 3 }}>
            {places.map((place) => (
              <TextInput
                key={place}
                name={`word-${place}`}
                data-place={place + 1}
                label={t("keys.word", { number: place + 1 })}
                autoComplete="off"
                autoCapitalize="none"
                spellCheck={false}
                required
                error={wrong.includes(place) ? t("keys.wordWrong") : undefined}
              />
            ))}
          </SimpleGrid>
          <Group>
            <Button type="submit" loading={isBusy}>
              {t("keys.confirm")}
            </Button>
            <Button variant="default" onClick={onBack}>
              {t("keys.back")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
};
