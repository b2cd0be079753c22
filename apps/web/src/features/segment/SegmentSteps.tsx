import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "../../ui/links.tsx";
import classes from "./segment.module.css";
import type { Steps } from "./use-steps.ts";

export const SegmentSteps = ({ steps }: { readonly steps: Steps }) => {
  const { t } = useTranslation();
  const { contractId, week, captureNumber, captureCount } = steps;
  return (
    <Group component="nav" aria-label={t("segment.steps")} justify="space-between" gap="sm">
      <AnchorLink to="/contracts/$contractId/diary" params={{ contractId }} search={{ week }}>
        {t("segment.back")}
      </AnchorLink>
      {captureCount > 1 && (
        <Group gap={6} role="group" aria-label={t("segment.captures")}>
          {Array.from({ length: captureCount }, (_, i) => i + 1).map((number) => (
            <Button
              key={number}
              size="xs"
              variant={number === captureNumber ? "filled" : "default"}
              aria-current={number === captureNumber ? "true" : undefined}
              onClick={() => steps.goToCapture(number)}
            >
              {t("segment.captureNumber", { number })}
            </Button>
          ))}
        </Group>
      )}
      <Group gap={6}>
        <Button
          size="xs"
          variant="default"
          disabled={steps.previousSlot === null}
          onClick={() => steps.goToSlot(steps.previousSlot)}
        >
          {t("segment.previous")}
        </Button>
        <Button
          size="xs"
          variant="default"
          disabled={steps.nextSlot === null}
          onClick={() => steps.goToSlot(steps.nextSlot)}
        >
          {t("segment.next")}
        </Button>
        <span className={classes.keys}>{t("segment.keyHint")}</span>
      </Group>
    </Group>
  );
};
