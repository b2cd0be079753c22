import { useQuery } from "@tanstack/react-query";
import type { DiarySegment } from "@underseal/api";
import { useTranslation } from "react-i18next";
import { useServices } from "../../lib/services.ts";
import { ActivityMeter } from "../../ui/ActivityMeter.tsx";
import { CoverageBadge } from "../../ui/CoverageBadge.tsx";
import { Notice } from "../../ui/Notice.tsx";
import { stateOf } from "../diary/use-pictures.ts";
import { useReader } from "../session/me.ts";
import { CaptureDetails } from "./CaptureDetails.tsx";
import { CheckList } from "./CheckList.tsx";
import { LogViewLine } from "./LogViewLine.tsx";
import { PictureFrame } from "./PictureFrame.tsx";
import { FULL_PX, pictureQuery } from "./picture-query.ts";
import classes from "./segment.module.css";

export interface SegmentViewProps {
  readonly contractId: string;
  readonly segment: DiarySegment;
  /** Counts from 1. */
  readonly captureNumber: number;
}

export const SegmentView = ({ contractId, segment, captureNumber }: SegmentViewProps) => {
  const { t } = useTranslation();
  const capture = segment.captures[captureNumber - 1];
  const { coverage } = segment;
  return (
    <>
      <div className={classes.facts}>
        <span>{t("diary.minutes", { count: segment.minutes })}</span>
        <span className={classes.activity}>
          {t("diary.activity", { level: segment.activity })}
          <ActivityMeter level={segment.activity} label={t("diary.activity", { level: segment.activity })} />
        </span>
        <CoverageBadge colour={coverage.colour}>{t(`diary.coverage.${coverage.covered}`)}</CoverageBadge>
        <span className={classes.reasons}>{coverage.reasons.map(({ sentence }) => sentence).join(" ")}</span>
      </div>
      {capture === undefined ? (
        <Notice title={t(segment.manual ? "diary.manual" : "diary.noCapture")}>{t("segment.noCaptureMore")}</Notice>
      ) : (
        <CaptureView key={capture.capture} contractId={contractId} segment={segment} capture={capture} />
      )}
    </>
  );
};

interface CaptureViewProps extends Omit<SegmentViewProps, "captureNumber"> {
  readonly capture: DiarySegment["captures"][number];
}

const CaptureView = ({ contractId, segment, capture }: CaptureViewProps) => {
  const { t } = useTranslation();
  const services = useServices();
  const { keys } = useReader();
  const { disclosure } = capture;
  const isStored = disclosure?.isStored === true && disclosure.visibleDigest !== null;
  const result = useQuery({
    ...pictureQuery(services, {
      keys,
      address: {
        contractId,
        slot: segment.slot,
        capture: capture.capture,
        visibleDigest: disclosure?.visibleDigest ?? "",
        disclosure: disclosure?.hash ?? "",
      },
      widthMaxPx: FULL_PX,
    }),
    enabled: isStored,
  });
  const state = disclosure === null ? "undisclosed" : stateOf(result);
  const answer = result.data;
  return (
    <div className={classes.layout} data-testid="capture" data-state={state}>
      <div className={classes.main}>
        {state === "failed" && answer?.ok === false && (
          <Notice tone="red" title={t("segment.failedTitle", { code: answer.error.code })} testId="fault">
            <p>{t(`segment.faults.${answer.error.code}`)}</p>
            <p>{t("segment.failedMore")}</p>
          </Notice>
        )}
        {state !== "failed" && <PictureFrame state={state} capture={capture.capture} answer={answer} />}
        {answer?.ok && <CaptureDetails picture={answer.value} />}
        {answer?.ok && <LogViewLine shown={answer.value.shown} />}
      </div>
      <CheckList answer={answer} />
    </div>
  );
};
