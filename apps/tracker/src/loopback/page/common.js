// What both pages need. Text becomes text nodes and nothing else; the policy of the pages would not let it become
// anything else either.

const KEY = "underseal-key";

export const element = (id) => document.getElementById(id);

/** The two halves of a session are the cookie, which only the browser sees, and this key, which only this page has. */
export const openSession = async () => {
  const token = location.hash.slice(1);
  if (token === "") return;
  // Gone from the address before anything else: it must not stay in the history.
  history.replaceState(null, "", location.pathname);
  const answer = await post("/session", { token });
  if (answer.ok) sessionStorage.setItem(KEY, (await answer.json()).key);
};

export const get = (path) => fetch(path, { headers: headers() });

const headers = () => ({ [KEY]: sessionStorage.getItem(KEY) ?? "" });

export const post = (path, body, signal = null) =>
  fetch(path, {
    method: "POST",
    signal,
    headers: { ...headers(), "content-type": "application/json" },
    body: JSON.stringify(body),
  });

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

export const formatMinutes = (minutes) =>
  minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;

export const formatTime = (ms) => new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export const formatDay = (ms) =>
  new Date(ms).toLocaleDateString([], { weekday: "short", day: "numeric", month: "short" });

export const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;
