import type { DiarySegment } from "@underseal/api";
import { useTranslation } from "react-i18next";
import classes from "./picture.module.css";
import type { PictureAnswer } from "./picture-query.ts";
import { percentOf } from "./shares.ts";

type Disclosure = DiarySegment["captures"][number]["disclosure"];

/** How much of a capture is not shown: counted here once it is open, before that in the signed coarse steps. */
export const ShareLine = ({
  answer,
  disclosure,
  maskedPermille,
}: {
  readonly answer: PictureAnswer | undefined;
  readonly disclosure: Disclosure;
  readonly maskedPermille: number;
}) => {
  const { t } = useTranslation();
  if (answer !== undefined && !answer.ok) return null;
  if (answer?.ok) {
    const { redacted, masked, visible } = answer.value.counts;
    const total = redacted + masked + visible;
    return (
      <p className={classes.share}>
        {t("segment.shares", { redacted: percentOf(redacted, total), masked: percentOf(masked, total) })}
      </p>
    );
  }
  return (
    <p className={classes.share}>
      {disclosure === null
        ? t("segment.maskedAtMost", { masked: maskedPermille / 10 })
        : t("segment.sharesAtMost", { redacted: disclosure.redactedPermille / 10, masked: maskedPermille / 10 })}
    </p>
  );
};
