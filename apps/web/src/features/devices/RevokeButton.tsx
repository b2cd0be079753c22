import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";

/** It cannot be taken back, so it takes two presses, and says so between them. */
export const RevokeButton = ({ isBusy, onRevoke }: { readonly isBusy: boolean; readonly onRevoke: () => void }) => {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  if (!isAsking) {
    return (
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        {t("devices.revoke")}
      </Button>
    );
  }
  return (
    <div>
      <Text size="sm">{t("devices.revokeMore")}</Text>
      <Group gap="xs">
        <Button size="xs" color="red" loading={isBusy} onClick={onRevoke}>
          {t("devices.revokeSign")}
        </Button>
        <Button size="xs" variant="default" onClick={() => setAsking(false)}>
          {t("devices.keep")}
        </Button>
      </Group>
    </div>
  );
};
