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
  const sentence = (redacted: number, masked: number): string => {
    const parts = [
      ...(redacted > 0 ? [t("segment.shareOfRedacted", { percent: redacted })] : []),
      ...(masked > 0 ? [t("segment.shareOfMasked", { percent: masked })] : []),
    ];
    return parts.length === 0 ? t("segment.allShown") : parts.join(" · ");
  };
  if (answer !== undefined && !answer.ok) return null;
  if (answer === undefined) {
    const shares = sentence((disclosure?.redactedPermille ?? 0) / 10, maskedPermille / 10);
    return (
      <p className={classes.share}>
        {disclosure === null && maskedPermille === 0 ? "" : t("segment.atMost", { shares })}
      </p>
    );
  }
  const { redacted, masked, visible } = answer.value.counts;
  const total = redacted + masked + visible;
  return <p className={classes.share}>{sentence(percentOf(redacted, total), percentOf(masked, total))}</p>;
};
