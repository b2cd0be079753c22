import { useTranslation } from "react-i18next";
import { Seal } from "../../ui/Seal.tsx";
import { clockSecondsText } from "../../ui/time.ts";
import { PictureCanvas } from "./PictureCanvas.tsx";
import classes from "./picture.module.css";
import type { PictureAnswer } from "./picture-query.ts";
import { percentOf } from "./shares.ts";

export type PictureState = "undisclosed" | "sealed" | "opening" | "waiting" | "verified" | "failed" | "unreachable";

export interface PictureFrameProps {
  readonly state: PictureState;
  readonly capture: string;
  readonly answer: PictureAnswer | undefined;
}

/** One capture in whatever state it is. Nothing is drawn before everything was verified. */
export const PictureFrame = ({ state, capture, answer }: PictureFrameProps) => {
  const { t } = useTranslation();
  return (
    <div className={classes.frame} data-testid="picture" data-state={state} data-capture={capture}>
      {answer?.ok ? (
        <Verified picture={answer.value} />
      ) : answer !== undefined && state === "failed" ? (
        <div className={classes.failed}>
          <Seal state="broken" sizePx={30} />
          <strong>{t("segment.notVerified")}</strong>
          <span>{t(`segment.faults.${answer.error.code}`)}</span>
        </div>
      ) : (
        <div className={classes.waiting}>
          <Seal state={state === "opening" ? "opening" : "closed"} sizePx={30} />
          <span>{t(`segment.states.${state === "verified" || state === "failed" ? "opening" : state}`)}</span>
        </div>
      )}
    </div>
  );
};

const Verified = ({ picture }: { readonly picture: Extract<PictureAnswer, { ok: true }>["value"] }) => {
  const { t, i18n } = useTranslation();
  const { redacted, masked, visible } = picture.counts;
  const total = redacted + masked + visible;
  const label = t("segment.pictureLabel", {
    time: clockSecondsText(picture.at * 1000, i18n.language),
    redacted: percentOf(redacted, total),
    masked: percentOf(masked, total),
  });
  return (
    <>
      <PictureCanvas picture={picture} label={label} />
      <span className={classes.stamp}>
        <Seal state="verified" sizePx={26} label={t("segment.states.verified")} />
      </span>
    </>
  );
};
