import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useServices } from "../../lib/services.ts";
import type { ShownCheckpoint } from "../../workers/open-capture.ts";
import { checkpointName } from "../gossip/log-view.ts";
import classes from "./segment.module.css";

const AGAIN_MS = 15_000;

/** Whether the tracker was shown the same public log as this browser. */
export const LogViewLine = ({ shown }: { readonly shown: ShownCheckpoint | null }) => {
  const { t } = useTranslation();
  const { watch } = useServices();
  const comparison = useQuery({
    queryKey: ["log-view", shown?.log, shown && checkpointName(shown)],
    queryFn: () => (shown === null ? "unknown" : watch.compare(shown)),
    enabled: shown !== null,
    // What is not public yet will be, and what was withheld may turn out to be a fork.
    refetchInterval: ({ state }) => (state.data === "unknown" || state.data === "WITHHELD" ? AGAIN_MS : false),
  });
  const found = shown === null ? "none" : (comparison.data ?? "checking");
  const isCaught = found === "FORK" || found === "EQUIVOCATION" || found === "ROLLBACK";
  const state = isCaught ? "alarm" : found === "WITHHELD" ? "withheld" : found;
  return (
    <p className={classes.counted} data-testid="log-view" data-state={state}>
      {t(`segment.logView.${state}`)}
    </p>
  );
};
