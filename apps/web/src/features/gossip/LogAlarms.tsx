import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useServices } from "../../lib/services.ts";
import { Notice } from "../../ui/Notice.tsx";
import { deadlineText } from "../../ui/time.ts";
import type { MemoryTrouble } from "./log-memory.ts";
import type { LogAlarm } from "./log-view.ts";

/** Whatever a log was ever caught at, on every page that shows pictures: it does not go away by itself. */
export const LogAlarms = () => {
  const { watch } = useServices();
  // The lists are read anew with each alarm; their lengths are what changes.
  useSyncExternalStore(watch.subscribe, () => `${watch.alarms().length} ${watch.troubles().join()}`);
  return (
    <>
      {watch.troubles().map((trouble) => (
        <TroubleNotice key={trouble} trouble={trouble} />
      ))}
      {watch.alarms().map((alarm) => (
        <AlarmNotice key={`${alarm.atMs} ${alarm.code} ${alarm.shownNote}`} alarm={alarm} />
      ))}
    </>
  );
};

const TroubleNotice = ({ trouble }: { readonly trouble: MemoryTrouble }) => {
  const { t } = useTranslation();
  return (
    <Notice tone="red" title={t(`gossip.troubles.${trouble}.title`)} testId="log-trouble">
      <p>{t(`gossip.troubles.${trouble}.text`)}</p>
    </Notice>
  );
};

const AlarmNotice = ({ alarm }: { readonly alarm: LogAlarm }) => {
  const { t, i18n } = useTranslation();
  const { code, knownNote, shownNote, atMs } = alarm;
  // Silence proves nothing yet, and the page does not say that it does.
  const words = code === "WITHHELD" ? "gossip.silent" : "gossip.caught";
  return (
    <Notice tone="red" title={t(`${words}.title`)} testId="log-alarm">
      <p>{t(`gossip.codes.${code}`)}</p>
      <p>{t(`${words}.more`, { at: deadlineText(atMs, i18n.language) })}</p>
      <p>
        {knownNote !== null && (
          <>
            <NoteLink note={knownNote} name="underseal-log-yours.txt" label={t("gossip.known")} />
            {" · "}
          </>
        )}
        <NoteLink note={shownNote} name="underseal-log-other.txt" label={t("gossip.shown")} />
      </p>
    </Notice>
  );
};

const NoteLink = ({ note, name, label }: { readonly note: string; readonly name: string; readonly label: string }) => (
  <a href={`data:text/plain;charset=utf-8,${encodeURIComponent(note)}`} download={name}>
    {label}
  </a>
);
