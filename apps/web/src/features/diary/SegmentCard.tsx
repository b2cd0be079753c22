import type { DiarySegment } from "@underseal/api";
import { slotEndMs, slotStartMs } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { ActivityMeter } from "../../ui/ActivityMeter.tsx";
import { CoverageBadge } from "../../ui/CoverageBadge.tsx";
import { AnchorLink } from "../../ui/links.tsx";
import { clockText } from "../../ui/time.ts";
import { PictureFrame } from "../segment/PictureFrame.tsx";
import { ShareLine } from "../segment/ShareLine.tsx";
import classes from "./diary.module.css";
import type { Pictures } from "./use-pictures.ts";
import { useSeen } from "./use-seen.ts";

export interface SegmentCardProps {
  readonly contractId: string;
  readonly segment: DiarySegment;
  readonly pictures: Pictures;
  readonly isFreelancer: boolean;
}

export const SegmentCard = ({ contractId, segment, pictures, isFreelancer }: SegmentCardProps) => {
  const { t, i18n } = useTranslation();
  const { slot, minutes, activity, coverage, captures } = segment;
  const card = useSeen<HTMLLIElement>(() => pictures.show(slot));
  const time = (ms: number) => clockText(ms, i18n.language);
  const reason = coverage.reasons[0]?.sentence;
  const [first] = coverage.colour === "green" ? [] : coverage.remedies;
  const remedy = isFreelancer
    ? first?.sentence
    : first && t(`diary.clientRemedies.${first.code}`, { defaultValue: first.sentence });
  return (
    <li ref={card} className={`surface ${classes.cell}`} data-testid="segment" data-slot={slot}>
      <div className={classes.cellHead}>
        <AnchorLink
          to="/contracts/$contractId/segments/$slot"
          params={{ contractId, slot }}
          c="inherit"
          fw={600}
          className={classes.cellLink}
        >
          {t("diary.span", { from: time(slotStartMs(slot)), to: time(slotEndMs(slot)) })}
        </AnchorLink>
        <span className={classes.dimmed}>{t("diary.minutes", { count: minutes })}</span>
        <ActivityMeter level={activity} label={t("diary.activity", { level: activity })} />
      </div>
      {isFreelancer && <Verdict coverage={coverage} reason={reason} remedy={remedy} />}
      {captures.length === 0 ? (
        <p className={classes.noCapture}>{t(segment.manual ? "diary.manual" : "diary.noCapture")}</p>
      ) : (
        <ul className={classes.pictures} data-count={Math.min(captures.length, 2)}>
          {captures.map(({ capture, disclosure, maskedPermille }) => {
            const opened = pictures.pictureOf(capture);
            return (
              <li key={capture}>
                <PictureFrame
                  capture={capture}
                  state={opened?.state ?? (disclosure === null ? "undisclosed" : "sealed")}
                  answer={opened?.answer}
                />
                <ShareLine answer={opened?.answer} disclosure={disclosure} maskedPermille={maskedPermille} />
              </li>
            );
          })}
        </ul>
      )}
      {!isFreelancer && <Verdict coverage={coverage} reason={reason} remedy={remedy} />}
    </li>
  );
};

const Verdict = ({
  coverage,
  reason,
  remedy,
}: {
  readonly coverage: DiarySegment["coverage"];
  readonly reason: string | undefined;
  readonly remedy: string | undefined;
}) => {
  const { t } = useTranslation();
  return (
    <div className={classes.verdict}>
      <CoverageBadge colour={coverage.colour}>{t(`diary.coverage.${coverage.covered}`)}</CoverageBadge>
      {reason !== undefined && <p className={classes.reason}>{reason}</p>}
      {remedy !== undefined && (
        <p className={classes.remedy}>
          <span aria-hidden="true">→ </span>
          {remedy}
        </p>
      )}
    </div>
  );
};
