import { Button, Checkbox, NumberInput, Radio, Select, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { type RedactionPolicy, redactionPolicies } from "@underseal/evidence";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { parseAmount } from "../../ui/money.ts";
import { Panel } from "../../ui/Panel.tsx";
import type { Draft } from "./propose.ts";

const CURRENCIES = ["EUR", "USD", "GBP", "CHF"];
const HOURS_A_WEEK = 168;

type Faults = { readonly [field in "rate" | "deposit"]?: true };

export const NewContractForm = ({
  isBusy,
  onSubmit,
}: {
  readonly isBusy: boolean;
  readonly onSubmit: (draft: Draft) => void;
}) => {
  const { t } = useTranslation();
  const [faults, setFaults] = useState<Faults>({});

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const currency = String(form.get("currency"));
    const rate = parseAmount(String(form.get("rate")), currency);
    const deposit = parseAmount(String(form.get("deposit")), currency);
    setFaults({ ...(rate === null && { rate: true }), ...(deposit === null && { deposit: true }) });
    if (rate === null || deposit === null) return;
    onSubmit({
      freelancerEmail: String(form.get("freelancer")).trim(),
      rate,
      deposit,
      weeklyLimitHours: Number(form.get("weeklyLimitHours")),
      manualTime: form.get("manualTime") !== null,
      redaction: redactionPolicies.find((policy) => policy === form.get("redaction")) ?? "strict",
    });
  };

  const amountError = (field: keyof Faults) => (faults[field] ? t("money.amountWrong") : undefined);
  return (
    <form onSubmit={submit} data-testid="new-contract">
      <Stack>
        <Panel title={t("contracts.freelancer")}>
          <TextInput
            label={t("contracts.freelancerField")}
            description={t("contracts.freelancerHint")}
            name="freelancer"
            type="email"
            autoComplete="off"
            required
          />
        </Panel>
        <Panel title={t("contracts.terms")}>
          <Stack>
            <SimpleGrid cols={{ base: 1, xs: 2 }}>
              <TextInput
                label={t("contracts.rateField")}
                name="rate"
                inputMode="decimal"
                required
                error={amountError("rate")}
              />
              <Select
                label={t("contracts.currency")}
                name="currency"
                data={CURRENCIES}
                defaultValue="EUR"
                allowDeselect={false}
              />
              <NumberInput
                label={t("contracts.weeklyLimitField")}
                name="weeklyLimitHours"
                defaultValue={20}
                min={1}
                max={HOURS_A_WEEK}
                allowDecimal={false}
                required
                hideControls
              />
              <TextInput
                label={t("contracts.depositField")}
                name="deposit"
                inputMode="decimal"
                required
                error={amountError("deposit")}
              />
            </SimpleGrid>
            <Checkbox name="manualTime" label={t("contracts.manualTimeField")} />
            <Text size="sm" c="dimmed">
              {t("contracts.depositHint")}
            </Text>
          </Stack>
        </Panel>
        <Panel title={t("contracts.profile")}>
          <Stack>
            <Text>{t("contracts.profiles.sealed")}</Text>
            <Radio.Group
              name="redaction"
              label={t("contracts.redaction")}
              description={t("contracts.redactionHint")}
              defaultValue={"strict" satisfies RedactionPolicy}
            >
              <Stack gap="xs" mt="xs">
                {redactionPolicies.map((policy) => (
                  <Radio key={policy} value={policy} label={t(`contracts.redactions.${policy}`)} />
                ))}
              </Stack>
            </Radio.Group>
          </Stack>
        </Panel>
        <div>
          <Button type="submit" loading={isBusy}>
            {t("contracts.propose")}
          </Button>
        </div>
      </Stack>
    </form>
  );
};
