// The session with the daemon, and how it is asked.

const KEY = "underseal-key";

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
