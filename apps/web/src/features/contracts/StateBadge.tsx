import { Badge } from "@mantine/core";
import type { ContractAnswer } from "@underseal/api";
import { useTranslation } from "react-i18next";

export const StateBadge = ({ state }: { readonly state: ContractAnswer["state"] }) => {
  const { t } = useTranslation();
  return (
    <Badge
      variant={state === "active" ? "filled" : "outline"}
      color={state === "active" ? "ink" : "gray"}
      autoContrast
      tt="none"
      size="lg"
    >
      {t(`contracts.states.${state}`)}
    </Badge>
  );
};
