import type { MinuteCounts } from "@underseal/evidence";
import { useTranslation } from "react-i18next";
import classes from "./segment.module.css";

const HEIGHT = 56;
const BAR = 18;
const GAP = 6;

const kinds = ["keys", "clicks", "wheel"] as const;

/** A square root keeps a quiet minute visible beside a busy one. */
const heightOf = (count: number, most: number): number => (most === 0 ? 0 : (HEIGHT - 4) * Math.sqrt(count / most));

/** Input by minute: how often, never what. The table beside it is for whoever cannot see the bars. */
export const MinuteChart = ({ minutes }: { readonly minutes: readonly MinuteCounts[] }) => {
  const { t } = useTranslation();
  const totals = minutes.map(({ keys, clicks, wheel }) => keys + clicks + wheel);
  const most = Math.max(...totals);
  return (
    <figure className={classes.chart}>
      <figcaption>{t("segment.inputTitle")}</figcaption>
      <svg
        viewBox={`0 0 ${minutes.length * (BAR + GAP)} ${HEIGHT + 16}`}
        aria-hidden="true"
        focusable="false"
        className={classes.bars}
      >
        {totals.map((total, i) => (
          // Minutes have no other name than their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: ten minutes in fixed order
          <g key={i} transform={`translate(${i * (BAR + GAP)} 0)`}>
            <rect x={0} y={HEIGHT - 2} width={BAR} height={2} fill="var(--line)" />
            <rect
              x={0}
              y={HEIGHT - heightOf(total, most)}
              width={BAR}
              height={heightOf(total, most)}
              rx={2}
              fill="var(--accent-text)"
            />
            <text x={BAR / 2} y={HEIGHT + 13} textAnchor="middle" fontSize="9" fill="var(--mantine-color-dimmed)">
              {i + 1}
            </text>
          </g>
        ))}
      </svg>
      <div className="visually-hidden">
        <table>
          <caption>{t("segment.inputTitle")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("segment.minute")}</th>
              {kinds.map((kind) => (
                <th key={kind} scope="col">
                  {t(`segment.inputs.${kind}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {minutes.map((minute, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: ten minutes in fixed order
              <tr key={i}>
                <th scope="row">{i + 1}</th>
                {kinds.map((kind) => (
                  <td key={kind}>{minute[kind]}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={classes.counted}>
        {t("segment.inputSum", {
          keys: minutes.reduce((sum, { keys }) => sum + keys, 0),
          clicks: minutes.reduce((sum, { clicks }) => sum + clicks, 0),
          wheel: minutes.reduce((sum, { wheel }) => sum + wheel, 0),
        })}
      </p>
    </figure>
  );
};
