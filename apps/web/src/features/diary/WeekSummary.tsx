import { Anchor, Button, Group } from "@mantine/core";
import { hourlyAmount, money as moneyFrom } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "../../ui/links.tsx";
import { moneyText } from "../../ui/money.ts";
import { ShareBar } from "../../ui/ShareBar.tsx";
import { deadlineText, durationText } from "../../ui/time.ts";
import { readTerms } from "../contracts/terms.ts";
import { ApproveWeek } from "../money/ApproveWeek.tsx";
import { useReader } from "../session/me.ts";
import classes from "./diary.module.css";
import type { DiaryProps } from "./diary-props.ts";
import type { Pictures } from "./use-pictures.ts";
import { minutesByCovering, sumMinutes } from "./week.ts";

/** The week in numbers: hours, amount, who pays them, and how much of it this browser has verified. */
export const WeekSummary = ({
  contract,
  week,
  segments,
  money,
  pictures,
}: DiaryProps & { readonly pictures: Pictures }) => {
  const { t, i18n } = useTranslation();
  const { me, keys } = useReader();
  const { contractId } = contract;
  const terms = readTerms(contract, keys);
  const rate = terms.ok
    ? moneyFrom(BigInt(terms.value.statement.body.rate.amountMinor), terms.value.statement.body.rate.currency)
    : null;
  const minutes = sumMinutes(segments);
  const covering = minutesByCovering(segments);
  const amountOf = (part: number): string => (rate === null ? "–" : moneyText(hourlyAmount(rate, part), i18n.language));
  const isInReview = money !== null && (money.state === "in_review" || money.state === "locked");
  return (
    <section className={`surface ${classes.summary}`} aria-label={t("diary.summary")} data-testid="week-summary">
      <div className={classes.numbers}>
        <Figure label={t("diary.hours")} value={durationText(minutes)} />
        <Figure
          label={t("diary.amount")}
          value={money?.invoice ? moneyText(money.invoice.total, i18n.language) : amountOf(minutes)}
        />
        <VerifiedFigure pictures={pictures} />
      </div>
      {minutes > 0 && (
        <ShareBar
          label={t("diary.protectedBy")}
          shares={(["deposit", "guarantee", "none"] as const)
            .filter((kind) => covering[kind] > 0 || kind === "deposit")
            .map((kind) => ({
              key: kind,
              label: t(`diary.covered.${kind}`, {
                amount: amountOf(covering[kind]),
                duration: durationText(covering[kind]),
              }),
              size: covering[kind],
              tone: kind === "none" ? "red" : "green",
            }))}
        />
      )}
      {money !== null && <WeekState money={money} />}
      <Group gap="md" mt="sm">
        {pictures.counts.total > 0 && !pictures.isAllShown && (
          <Button variant="default" size="sm" onClick={pictures.showAll} data-testid="verify-all">
            {t("diary.verifyAll", { count: pictures.counts.total })}
          </Button>
        )}
        {isInReview && contract.client.personId === me.personId && <ApproveWeek contractId={contractId} week={week} />}
        <AnchorLink to="/contracts/$contractId/money" params={{ contractId }} search={{ week }}>
          {t("diary.toMoney")}
        </AnchorLink>
        <Anchor href={`/v1/contracts/${contractId}/weeks/${week}/bundle`} download={`underseal-${week}.json`}>
          {t("diary.export")}
        </Anchor>
      </Group>
    </section>
  );
};

const WeekState = ({ money }: { readonly money: NonNullable<DiaryProps["money"]> }) => {
  const { t, i18n } = useTranslation();
  const when = (ms: number) => deadlineText(ms, i18n.language);
  return (
    <p className={classes.state} data-testid="week-state" data-state={money.state}>
      <strong>{t(`money.states.${money.state}`)}.</strong>{" "}
      {t(`money.stateHints.${money.state}`, {
        lock: when(money.lockAtMs),
        review: when(money.reviewEndsAtMs),
        available: when(money.availableAtMs),
      })}
    </p>
  );
};

const VerifiedFigure = ({ pictures: { counts } }: { readonly pictures: Pictures }) => {
  const { t } = useTranslation();
  return (
    <div aria-live="polite">
      <Figure
        label={t("diary.verifiedLabel")}
        value={t("diary.verified", { verified: counts.verified, total: counts.total })}
      />
      {counts.failed > 0 && <p className={classes.failures}>{t("diary.failed", { count: counts.failed })}</p>}
    </div>
  );
};

const Figure = ({ label, value }: { readonly label: string; readonly value: string }) => (
  <div className={classes.figure}>
    <span className={classes.figureLabel}>{label}</span>
    <span className={classes.figureValue}>{value}</span>
  </div>
);
