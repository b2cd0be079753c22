// Text on a page becomes text nodes and nothing else; the policy of the pages would not let it become anything else
// either.

export const element = (id) => document.getElementById(id);

export const setText = (place, text) => {
  // What has not changed is not said again by a screen reader.
  if (place.textContent !== text) place.textContent = text;
  place.hidden = text === "";
};

export const make = (name, text = "", className = "") => {
  const made = document.createElement(name);
  made.textContent = text;
  if (className !== "") made.className = className;
  return made;
};

/** Replaces what is in a place only where it would change. */
const shown = new Map();
export const show = (place, value, build) => {
  const text = JSON.stringify(value);
  if (shown.get(place) === text) return;
  shown.set(place, text);
  place.replaceChildren(...value.map(build));
};

/** The next `show` there builds anew. */
export const forget = (place) => shown.delete(place);

export const formatMinutes = (minutes) =>
  minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;

export const formatTime = (ms) => new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export const formatDay = (ms) =>
  new Date(ms).toLocaleDateString([], { weekday: "short", day: "numeric", month: "short" });

export const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;
