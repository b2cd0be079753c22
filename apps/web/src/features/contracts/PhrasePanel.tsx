import { phraseOf, type Statement } from "@underseal/evidence";
import { useTranslation } from "react-i18next";
import { Panel } from "../../ui/Panel.tsx";
import { Words } from "../../ui/Words.tsx";

/** Computed here from the signed bytes: if the server had swapped a key, the two sides would see other words. */
export const PhrasePanel = ({
  terms,
  otherName,
}: {
  readonly terms: Statement<"terms">;
  readonly otherName: string;
}) => {
  const { t } = useTranslation();
  return (
    <Panel title={t("contracts.phrase")} lead={t("contracts.phraseLead", { name: otherName })} testId="phrase">
      <Words words={phraseOf(terms.hash)} label={t("contracts.phrase")} testId="phrase-words" />
    </Panel>
  );
};
