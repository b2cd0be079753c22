import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { useServices } from "../../lib/services.ts";
import { Notice } from "../../ui/Notice.tsx";
import { deadlineText } from "../../ui/time.ts";
import type { LogAlarm } from "./log-view.ts";

/** Whatever a log was ever caught at, on every page that shows pictures: it does not go away by itself. */
export const LogAlarms = () => {
  const { watch } = useServices();
  // The list is read anew with each alarm; its length is what changes.
  useSyncExternalStore(watch.subscribe, () => watch.alarms().length);
  return watch.alarms().map((alarm) => <AlarmNotice key={`${alarm.atMs} ${alarm.shownNote}`} alarm={alarm} />);
};

const AlarmNotice = ({ alarm }: { readonly alarm: LogAlarm }) => {
  const { t, i18n } = useTranslation();
  const { code, knownNote, shownNote, atMs } = alarm;
  return (
    <Notice tone="red" title={t("gossip.title")} testId="log-alarm">
      <p>{t(`gossip.codes.${code}`)}</p>
      <p>{t("gossip.more", { at: deadlineText(atMs, i18n.language) })}</p>
      <p>
        <NoteLink note={knownNote} name="underseal-log-yours.txt" label={t("gossip.known")} />
        {" · "}
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
