import { Button, Checkbox, Stack } from "@mantine/core";
import { type Redacted, reveal } from "@underseal/foundation";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { Words } from "../../ui/Words.tsx";

export const ShowWords = ({ words, onNext }: { readonly words: Redacted<string>; readonly onNext: () => void }) => {
  const { t } = useTranslation();
  const [isWritten, setWritten] = useState(false);
  return (
    <Panel title={t("keys.wordsTitle")} lead={t("keys.wordsLead")} testId="recovery-code">
      <Stack>
        <Words words={reveal(words)} label={t("keys.wordsLabel")} testId="recovery-words" />
        <Notice tone="amber" title={t("keys.lossTitle")}>
          {t("keys.lossBody")}
        </Notice>
        <Checkbox
          label={t("keys.written")}
          checked={isWritten}
          onChange={(event) => setWritten(event.currentTarget.checked)}
        />
        <div>
          <Button disabled={!isWritten} onClick={onNext}>
            {t("keys.wordsNext")}
          </Button>
        </div>
      </Stack>
    </Panel>
  );
};
