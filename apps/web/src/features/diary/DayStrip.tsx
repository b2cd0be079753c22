import type { DiarySegment } from "@underseal/api";
import { DAY_MS, SEGMENT_MS } from "@underseal/foundation";
import classes from "./diary.module.css";

const SEGMENTS_A_DAY = DAY_MS / SEGMENT_MS;
const HOURS = [0, 6, 12, 18, 24];

/** The whole day at a glance: one mark for each ten minutes, as high as they were full. Decoration: cells say it all. */
export const DayStrip = ({ segments }: { readonly segments: readonly DiarySegment[] }) => (
  <div className={classes.strip} aria-hidden="true">
    <svg aria-hidden="true" viewBox={`0 0 ${SEGMENTS_A_DAY} 16`} preserveAspectRatio="none" focusable="false">
      {HOURS.map((hour) => (
        <rect
          key={hour}
          x={Math.min(hour * 6, SEGMENTS_A_DAY - 0.25)}
          y={0}
          width={0.25}
          height={16}
          fill="var(--line)"
        />
      ))}
      <rect x={0} y={15.4} width={SEGMENTS_A_DAY} height={0.6} fill="var(--line)" />
      {segments.map(({ slot, minutes, coverage }) => (
        <rect
          key={slot}
          x={(slot % SEGMENTS_A_DAY) + 0.08}
          y={15 - 1.3 * minutes}
          width={0.84}
          height={1.3 * minutes}
          fill={`var(--${coverage.colour}-mark)`}
        />
      ))}
    </svg>
    <div className={classes.stripHours}>
      {HOURS.map((hour) => (
        <span key={hour}>{String(hour).padStart(2, "0")}</span>
      ))}
    </div>
  </div>
);
