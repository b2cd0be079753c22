import { useTranslation } from "react-i18next";
import { Facts } from "../../ui/Facts.tsx";
import { ShareBar } from "../../ui/ShareBar.tsx";
import { clockSecondsText } from "../../ui/time.ts";
import type { PaintedPicture } from "../../workers/messages.ts";
import { MinuteChart } from "./MinuteChart.tsx";
import classes from "./segment.module.css";
import { percentOf } from "./shares.ts";

/** Everything else that was sealed with the picture. All of it is proven, none of it was readable to the platform. */
export const CaptureDetails = ({ picture }: { readonly picture: PaintedPicture }) => {
  const { t, i18n } = useTranslation();
  const { counts, context, memo, minutes, header, at } = picture;
  const total = counts.visible + counts.redacted + counts.masked;
  return (
    <div className={classes.details}>
      {header.fallback !== undefined && (
        <p className={classes.fallback} data-testid="fallback">
          {t(`segment.fallback.${header.fallback.shows}`, { because: t(`segment.because.${header.fallback.because}`) })}
        </p>
      )}
      <ShareBar
        label={t("segment.sharesLabel")}
        shares={[
          {
            key: "visible",
            label: t("segment.shareVisible", { percent: percentOf(counts.visible, total), count: counts.visible }),
            size: counts.visible,
            tone: "accent",
          },
          {
            key: "redacted",
            label: t("segment.shareRedacted", { percent: percentOf(counts.redacted, total), count: counts.redacted }),
            size: counts.redacted,
            tone: "hatch",
          },
          {
            key: "masked",
            label: t("segment.shareMasked", { percent: percentOf(counts.masked, total), count: counts.masked }),
            size: counts.masked,
            tone: "masked",
          },
        ]}
      />
      <p className={classes.counted}>{t("segment.countedHere")}</p>
      <Facts
        facts={[
          { label: t("segment.at"), value: `${clockSecondsText(at * 1000, i18n.language)} UTC` },
          { label: t("segment.drawnBy"), value: t(`segment.drawers.${picture.drawnBy}`) },
          { label: t("segment.memo"), value: memo === "" ? t("segment.noMemo") : memo },
          {
            label: t("segment.window"),
            value:
              context === null
                ? t("segment.contextWithheld")
                : t("segment.windowValue", { title: context.title, process: context.process }),
          },
          {
            label: t("segment.screen"),
            value: t("segment.screenValue", {
              width: header.width,
              height: header.height,
              count: header.displays.length,
            }),
          },
        ]}
      />
      <MinuteChart minutes={minutes} />
    </div>
  );
};
