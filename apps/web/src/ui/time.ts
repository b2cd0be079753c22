// Everything here is UTC: the diary, the weeks and the deadlines are, and two people in two places read one diary.

type Parts = Intl.DateTimeFormatOptions;

const format = (ms: number, locale: string, parts: Parts): string =>
  new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...parts }).format(ms);

/** `10:20` */
export const clockText = (ms: number, locale: string): string =>
  format(ms, locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** `10:20:07` */
export const clockSecondsText = (ms: number, locale: string): string =>
  format(ms, locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

/** `Monday, 16 November` */
export const dayText = (ms: number, locale: string): string =>
  format(ms, locale, { weekday: "long", day: "numeric", month: "long" });

/** `16 Nov 2026` */
export const dateText = (ms: number, locale: string): string =>
  format(ms, locale, { day: "numeric", month: "short", year: "numeric" });

/** `16–22 Nov 2026` */
export const dateRangeText = (fromMs: number, toMs: number, locale: string): string =>
  new Intl.DateTimeFormat(locale, { timeZone: "UTC", day: "numeric", month: "short", year: "numeric" }).formatRange(
    fromMs,
    toMs,
  );

/** `Mon 23 Nov, 12:00 UTC` */
export const deadlineText = (ms: number, locale: string): string =>
  `${format(ms, locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  })} UTC`;

/** `7 h 40 min`; minutes alone below an hour. */
export const durationText = (minutes: number): string => {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
};

/** Midnight UTC of a date like `2026-11-16`; `null` where it is not one. */
export const dateToMs = (date: string): number | null => {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(ms) ? null : ms;
};
