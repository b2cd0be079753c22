// The captures by day, from which one is chosen.
import { counted, formatDay, formatTime, make, show } from "./text.js";

const SLOT_MS = 10 * 60_000;

export const waitingOf = (captures) => captures.filter(({ state }) => state === "waiting");

export const timeOf = ({ slot }) => `${formatTime(slot * SLOT_MS)}–${formatTime((slot + 1) * SLOT_MS)}`;

export const dayOf = ({ slot }) => formatDay(slot * SLOT_MS);

const STATES = {
  waiting: ({ deadlineMs, isDueSoon }) =>
    `${isDueSoon ? "soon " : ""}sent by itself ${formatDay(deadlineMs)}, ${formatTime(deadlineMs)}`,
  approved: () => "approved, sent in a moment",
  sent: () => "sent",
  dropped: () => "dropped, destroyed in a moment",
  destroyed: () => "dropped, its picture is destroyed",
};

export const stateOf = (review) => STATES[review.state](review);

/** Its picture is not on this machine any more. */
export const isGone = ({ state }) => state === "sent" || state === "destroyed";

/** `clients`: names by contract. */
export const createDays = (place, { open, approve }) => ({
  show: ({ days, clients, chosen }) => {
    const focused = document.activeElement?.dataset?.capture;
    const named = days.map(({ day, captures }) => ({
      day,
      captures: captures.map((review) => ({
        ...review,
        client: clients.get(review.contract),
        isChosen: review.capture === chosen,
      })),
    }));
    show(place, named, (day) => buildDay(day, { open, approve }));
    // What was drawn anew has lost the keyboard's focus.
    if (focused !== undefined) document.querySelector(`[data-capture="${CSS.escape(focused)}"]`)?.focus();
  },
});

const buildDay = ({ day, captures }, { open, approve }) => {
  const section = make("section");
  const items = make("ol", "", "captures-of-day");
  items.append(...captures.map((review) => buildCapture(review, open)));
  section.append(make("h2", formatDay(Date.parse(`${day}T12:00:00Z`))), items);
  const waiting = waitingOf(captures);
  if (waiting.length > 0) {
    const button = make("button", `Approve ${counted(waiting.length, "picture", "pictures")} of this day`);
    button.type = "button";
    button.addEventListener("click", () => approve(waiting));
    section.append(button);
  }
  return section;
};

const buildCapture = (review, open) => {
  const { capture, client = "your client", isChosen, isEdited, isDueSoon, shares } = review;
  const item = make("li");
  const button = make("button", "", "capture");
  button.type = "button";
  button.dataset.capture = capture;
  if (isChosen) button.ariaCurrent = "true";
  button.append(
    make("strong", `${timeOf(review)} ${client}`),
    make("span", `${hiddenPercent(shares)} % hidden${isEdited ? ", changed by you" : ""}`),
    make("span", stateOf(review), isDueSoon ? "warned" : "quiet"),
  );
  button.addEventListener("click", () => open(capture));
  item.append(button);
  return item;
};

/** Rounded up: a little is never shown as nothing. */
const hiddenPercent = ({ visible, redacted, masked }) =>
  Math.ceil((100 * (redacted + masked)) / Math.max(1, visible + redacted + masked));

export const sayWaiting = (days) => {
  const waiting = waitingOf(days.flatMap(({ captures }) => captures));
  if (waiting.length === 0) return "No picture waits.";
  const soon = waiting.filter(({ isDueSoon }) => isDueSoon).length;
  const due = soon === 0 ? "" : ` ${counted(soon, "is", "are")} sent within a day, whether you looked or not.`;
  return `${counted(waiting.length, "picture waits", "pictures wait")}.${due} Nobody but this machine has seen what waits.`;
};
