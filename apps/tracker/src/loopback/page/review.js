// The review: one capture is opened with what is hidden in it and why, changed and decided on before anything of it
// leaves this machine. An answer counts only for the capture that is still open when it comes.
import { createDays, dayOf, isGone, sayWaiting, stateOf, timeOf } from "./days.js";
import { sayLocked, sayMarked, sayParcel } from "./parcel.js";
import { createPicture } from "./picture.js";
import { get, openSession, post } from "./session.js";
import { counted, element, make, setText, show } from "./text.js";

const EVERY_MS = 3_000;
/** Files are made to be measured: not while tiles are still being marked. */
const MEASURE_AFTER_MS = 1_200;

const page = {
  days: [],
  /** Sentences by code. */
  reasons: {},
  /** Names by contract. */
  clients: new Map(),
  /** The name of the capture that was chosen. */
  chosen: null,
  /** What is known of it; `null` until it is. */
  detail: null,
  hasPicture: false,
  loading: new AbortController(),
  measuring: undefined,
};

const picture = createPicture(element("picture"), () => showMarked());

const clientOf = ({ contract }) => page.clients.get(contract) ?? "your client";

/** `null` where it was refused, which is said. */
const call = async (path, body) => {
  const answer = await post(path, body).catch(() => null);
  const value = await answer?.json().catch(() => null);
  const why = answer === null ? "The tracker does not answer. It may have ended." : (value?.message ?? "");
  setText(element("refusal"), answer?.ok ? "" : why);
  return answer?.ok ? { value } : null;
};

const open = async (capture) => {
  page.loading.abort();
  Object.assign(page, { chosen: capture, detail: null, hasPicture: false });
  picture.open(null);
  sayPicture("Opening the picture …");
  showDetail();
  await reopen();
  if (page.chosen === capture) await loadPicture();
};

/** What is known of the chosen capture, anew; not its picture. */
const reopen = async () => {
  const { chosen } = page;
  if (chosen === null) return;
  const found = await call("/reviews/find", { capture: chosen });
  if (found === null || page.chosen !== chosen) return;
  page.detail = found.value;
  showDetail();
};

/** One at a time: whoever goes on quickly does not wait for pictures that nobody looks at. */
const loadPicture = async () => {
  const { detail } = page;
  if (detail === null) return sayPicture("");
  const loading = new AbortController();
  page.loading = loading;
  if (isGone(detail)) return sayPicture("The picture is not on this machine any more.");
  try {
    const answer = await post("/reviews/picture", { capture: detail.capture }, loading.signal);
    const bitmap = await createImageBitmap(await answer.blob());
    if (loading.signal.aborted) return;
    page.hasPicture = true;
    picture.setBitmap(bitmap);
    sayPicture("");
    showDetail();
  } catch {
    if (!loading.signal.aborted) sayPicture("The picture could not be opened. Drop it, or choose it once more.");
  }
};

const sayPicture = (text) => {
  setText(element("picture-state"), text);
  element("picture").ariaBusy = String(text.endsWith("…"));
};

const showDetail = () => {
  const { detail, hasPicture } = page;
  element("capture").hidden = page.chosen === null;
  const isWaiting = detail?.state === "waiting";
  // What nobody has seen cannot be approved, nor changed by place.
  for (const id of ["hide", "show", "hide-in-day", "approve"]) enable(id, isWaiting && hasPicture);
  enable("reset", isWaiting);
  enable("drop", isWaiting || detail?.state === "approved");
  enable("undo", detail?.state === "approved" || detail?.state === "dropped");
  showDays();
  if (detail === null) return setText(element("capture-heading"), "Opening …");
  setText(element("capture-heading"), `${dayOf(detail)}, ${timeOf(detail)}: ${clientOf(detail)}`);
  const memo = detail.memo === "" ? "" : ` Working on: ${detail.memo}`;
  setText(element("told"), `${stateOf(detail)}.${memo}`);
  picture.setDetail(detail);
  showMarked();
  showParcel(null);
  measureSoon();
};

const enable = (id, isPossible) => {
  const button = element(id);
  // Disabled under the keyboard's focus, it would take the focus with it.
  if (!isPossible && document.activeElement === button) element("picture").focus();
  button.disabled = !isPossible;
};

const showMarked = () => {
  if (page.detail !== null) setText(element("marked"), sayMarked(page.detail, picture.markedTiles(), page.reasons));
};

const showParcel = (sizes) =>
  show(element("parcel"), sayParcel(page.detail, clientOf(page.detail), sizes), (line) => make("li", line));

const measureSoon = () => {
  clearTimeout(page.measuring);
  const { detail, hasPicture } = page;
  if (isGone(detail) || !hasPicture) return;
  page.measuring = setTimeout(async () => {
    const answer = await post("/reviews/measure", { capture: detail.capture }).catch(() => null);
    const sizes = answer?.ok ? await answer.json().catch(() => null) : null;
    // Where it cannot be measured yet, the words stand without sizes.
    if (sizes !== null && page.detail === detail) showParcel(sizes);
  }, MEASURE_AFTER_MS);
};

const edit = (hide, reveal, confirmLocked = false) => change("/reviews/edit", { hide, reveal, confirmLocked });

const change = async (path, body) => {
  const { chosen } = page;
  const changed = await call(path, { capture: chosen, ...body });
  if (changed !== null && page.chosen === chosen) {
    page.detail = changed.value;
    showDetail();
  }
  await refresh();
};

const reveal = async () => {
  const { chosen, detail } = page;
  const { tiles } = detail;
  const hidden = picture.markedTiles().filter((tile) => tiles[tile].state === "redacted");
  // What nobody can show is named by the refusal, where nothing else was marked.
  const possible = hidden.filter((tile) => tiles[tile].reveal !== "never");
  const shown = possible.length > 0 ? possible : hidden;
  const locked = shown.filter((tile) => tiles[tile].reveal === "locked").map((tile) => tiles[tile]);
  if (locked.length > 0 && !(await confirmShown(sayLocked(locked, page.reasons)))) return;
  if (page.chosen === chosen) await edit([], shown, locked.length > 0);
};

const confirmShown = (why) => {
  const dialog = element("locked");
  setText(element("locked-why"), why);
  dialog.returnValue = "keep";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "show"), { once: true });
  });
};

/** Of captures by their names and revisions, as they were seen. */
const approve = async (reviews) => {
  const seen = reviews.map(({ capture, revision }) => ({ capture, revision }));
  const done = await call("/reviews/approve", { seen });
  await decided();
  if (done !== null && done.value < seen.length) {
    setText(element("refusal"), "Not all were approved: some changed meanwhile. Look again.");
  }
};

const decide = async (path) => {
  await call(path, { capture: page.chosen });
  await decided();
};

const hideInDay = async (tiles) => {
  const done = await call("/reviews/hide-in-day", { capture: page.chosen, tiles });
  await decided();
  if (done !== null && done.value.others > 0) {
    const others = counted(done.value.others, "other is", "others are");
    setText(element("refusal"), `Hidden in ${done.value.hidden}; ${others} of another size or decided on: look there.`);
  }
};

const decided = async () => {
  const refused = element("refusal").textContent;
  await reopen();
  await refresh();
  setText(element("refusal"), refused);
};

const goTo = async (step) => {
  const names = page.days.flatMap(({ captures }) => captures.map(({ capture }) => capture));
  const next = names[names.indexOf(page.chosen) + step];
  if (next !== undefined) await open(next);
};

const days = createDays(element("days"), { open, approve });

const showDays = () => days.show(page);

const showNothing = (why) => {
  element("review").hidden = true;
  setText(element("summary"), why);
};

const refresh = async () => {
  try {
    const [reviews, snapshot] = await Promise.all([get("/reviews"), get("/snapshot")]);
    if (reviews.status === 401) return showNothing("To open this page, run: underseal track review");
    const [{ days: list, reasons }, { contracts }] = await Promise.all([reviews.json(), snapshot.json()]);
    const clients = new Map(contracts.map(({ contract, clientName }) => [contract, clientName]));
    Object.assign(page, { days: list, reasons, clients });
  } catch {
    return showNothing("The tracker does not answer. It may have ended.");
  }
  element("review").hidden = false;
  setText(element("summary"), sayWaiting(page.days));
  showDays();
  await followChosen();
};

/** It is sent or destroyed, or was changed on another page. */
const followChosen = async () => {
  const { detail } = page;
  if (detail === null || isGone(detail)) return;
  const known = page.days.flatMap(({ captures }) => captures).find(({ capture }) => capture === detail.capture);
  if (known?.state !== detail.state || known.revision !== detail.revision) await reopen();
};

const keepLooking = async () => {
  await refresh();
  setTimeout(keepLooking, EVERY_MS);
};

const ACTIONS = {
  hide: () => edit(picture.markedTiles(), []),
  show: reveal,
  "hide-in-day": () => hideInDay(picture.markedTiles()),
  reset: () => change("/reviews/reset", {}),
  approve: () => approve([page.detail]),
  drop: () => decide("/reviews/drop"),
  undo: () => decide("/reviews/undo"),
};
const KEYS = { h: "hide", s: "show", a: "approve", d: "drop", u: "undo" };
const STEPS = { n: 1, p: -1 };

for (const [id, act] of Object.entries(ACTIONS)) element(id).addEventListener("click", act);
element("sealed").addEventListener("change", (event) => picture.setSealed(event.target.checked));
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || element("locked").open) return;
  // A page that was here before may have had somebody type on.
  if (!element("review").contains(document.activeElement)) return;
  const key = event.key.toLowerCase();
  if (STEPS[key] !== undefined) void goTo(STEPS[key]);
  else if (KEYS[key] !== undefined) element(KEYS[key]).click();
  else if (key === "escape") picture.clear();
});

await openSession().catch(() => {});
await keepLooking();
