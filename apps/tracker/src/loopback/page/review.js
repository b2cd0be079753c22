// The review: captures by day, one of them opened with what is hidden in it and why, changed and decided on before
// anything of it leaves this machine.
import { counted, element, formatDay, formatTime, get, make, openSession, post, setText, show } from "./common.js";
import { createPicture } from "./picture.js";

const EVERY_MS = 3_000;
/** Files are made to be measured: not while tiles are still being marked. */
const MEASURE_AFTER_MS = 1_200;
const MINUTE_MS = 60_000;
const SLOT_MS = 10 * MINUTE_MS;

const page = {
  days: [],
  /** Sentences by code. */
  reasons: {},
  clients: new Map(),
  /** The capture that is open. */
  detail: null,
  loading: new AbortController(),
  measuring: undefined,
};

const picture = createPicture(element("picture"), () => showMarked());

const captures = () => page.days.flatMap((day) => day.captures);
const waiting = (list) => list.filter(({ state }) => state === "waiting");
const clientOf = ({ contract }) => page.clients.get(contract) ?? "your client";
const timeOf = ({ slot }) => `${formatTime(slot * SLOT_MS)}–${formatTime((slot + 1) * SLOT_MS)}`;
const hiddenPercent = ({ visible, redacted, masked }) =>
  Math.ceil((100 * (redacted + masked)) / Math.max(1, visible + redacted + masked));

/** `null` where it was refused, which is said. */
const call = async (path, body) => {
  const answer = await post(path, body).catch(() => null);
  const value = await answer?.json().catch(() => null);
  const why = answer === null ? "The tracker does not answer. It may have ended." : (value?.message ?? "");
  setText(element("refusal"), answer?.ok ? "" : why);
  return answer?.ok ? { value } : null;
};

const STATES = {
  waiting: ({ deadlineMs, isDueSoon }) =>
    `${isDueSoon ? "soon " : ""}sent by itself ${formatDay(deadlineMs)}, ${formatTime(deadlineMs)}`,
  approved: () => "approved, sent in a moment",
  sent: () => "sent",
  dropped: () => "dropped, destroyed in a moment",
  destroyed: () => "dropped, its picture is destroyed",
};

const showDays = () => {
  const focused = document.activeElement?.dataset?.capture;
  show(element("days"), [...page.days, { open: page.detail?.capture, clients: [...page.clients] }], buildDay);
  if (focused !== undefined) document.querySelector(`[data-capture="${CSS.escape(focused)}"]`)?.focus();
  const all = waiting(captures());
  const soon = all.filter(({ isDueSoon }) => isDueSoon).length;
  const due = soon === 0 ? "" : ` ${counted(soon, "is", "are")} sent within a day, whether you looked or not.`;
  const told =
    all.length === 0 ? "No picture waits." : `${counted(all.length, "picture waits", "pictures wait")}.${due}`;
  setText(element("summary"), `${told} Nobody but this machine has seen them.`);
};

const buildDay = ({ day, captures: list }) => {
  if (day === undefined) return make("span");
  const section = make("section");
  const heading = make("h2", formatDay(Date.parse(`${day}T12:00:00Z`)));
  const items = make("ol", "", "captures-of-day");
  items.append(...list.map(buildCapture));
  section.append(heading, items);
  const open = waiting(list);
  if (open.length > 0) {
    const button = make("button", `Approve ${counted(open.length, "picture", "pictures")} of this day`);
    button.type = "button";
    button.addEventListener("click", () => approve(open));
    section.append(button);
  }
  return section;
};

const buildCapture = (review) => {
  const item = make("li");
  const button = make("button", "", "capture");
  button.type = "button";
  button.dataset.capture = review.capture;
  button.dataset.state = review.state;
  if (page.detail?.capture === review.capture) button.ariaCurrent = "true";
  const share = `${hiddenPercent(review.shares)} % hidden`;
  const edited = review.isEdited ? ", changed by you" : "";
  button.append(
    make("strong", `${timeOf(review)} ${clientOf(review)}`),
    make("span", share + edited),
    make("span", STATES[review.state](review), review.isDueSoon ? "warned" : "quiet"),
  );
  button.addEventListener("click", () => open(review.capture));
  item.append(button);
  return item;
};

const open = async (capture) => {
  const found = await call("/reviews/find", { capture });
  if (found === null) return;
  page.detail = found.value;
  picture.open(found.value);
  showDetail();
  showDays();
  await loadPicture();
};

const isGone = ({ state }) => state === "sent" || state === "destroyed";

/** One at a time: whoever goes on quickly does not wait for pictures that nobody looks at. */
const loadPicture = async () => {
  element("picture").ariaBusy = "true";
  page.loading.abort();
  const loading = new AbortController();
  page.loading = loading;
  const { detail } = page;
  const place = element("picture-state");
  if (isGone(detail)) return setText(place, "The picture is not on this machine any more.");
  setText(place, "Opening the picture …");
  try {
    const answer = await post("/reviews/picture", { capture: detail.capture }, loading.signal);
    const bitmap = await createImageBitmap(await answer.blob());
    if (loading.signal.aborted) return;
    picture.setBitmap(bitmap);
    element("picture").ariaBusy = "false";
    setText(place, "");
    measureSoon();
  } catch {
    if (!loading.signal.aborted) setText(place, "The picture could not be opened. Drop it, or choose it once more.");
  }
};

const showDetail = () => {
  const { detail } = page;
  element("capture").hidden = false;
  setText(element("capture-heading"), `${formatDay(detail.slot * SLOT_MS)}, ${timeOf(detail)}: ${clientOf(detail)}`);
  const memo = detail.memo === "" ? "" : ` Working on: ${detail.memo}`;
  setText(element("told"), `${STATES[detail.state](detail)}.${memo}`);
  const isWaiting = detail.state === "waiting";
  for (const id of ["hide", "show", "hide-in-day", "reset", "approve"]) element(id).disabled = !isWaiting;
  element("drop").disabled = !isWaiting && detail.state !== "approved";
  element("undo").disabled = detail.state !== "approved" && detail.state !== "dropped";
  picture.setDetail(detail);
  showMarked();
  showParcel(null);
};

/** What is under the mark, in words: also for those who do not see the picture. */
const showMarked = () => {
  const tiles = picture.markedTiles();
  const { detail } = page;
  if (detail === null || tiles.length === 0) return setText(element("marked"), "Nothing is marked.");
  const found = tiles.map((tile) => detail.tiles[tile]);
  const column = (tiles[0] % detail.columns) + 1;
  const row = Math.floor(tiles[0] / detail.columns) + 1;
  const place = `${counted(tiles.length, "field is", "fields are")} marked, from column ${column}, row ${row}.`;
  setText(element("marked"), [place, ...sayTiles(found)].join(" "));
};

const sayTiles = (tiles) => {
  const count = (state) => tiles.filter((tile) => tile.state === state).length;
  const masked = count("masked");
  const [hidden, visible] = [count("redacted"), count("visible")];
  const because = sayReasons(tiles.filter(({ state }) => state === "redacted"));
  return [
    visible > 0 && `${visible} shown.`,
    hidden > 0 && `${hidden} hidden${because === "" ? " by you" : `: it ${because}`}.`,
    masked > 0 && `${masked} never captured.`,
  ].filter(Boolean);
};

const sayReasons = (tiles) => {
  const codes = new Set(tiles.flatMap(({ reasons }) => reasons));
  return [...codes].map((code) => page.reasons[code]?.sentence ?? code).join("; it ");
};

const showParcel = (parcel) => {
  const { detail } = page;
  const client = clientOf(detail);
  const size = (part) => (parcel === null ? "" : ` (${formatBytes(parcel[part].bytes)})`);
  const { redacted, masked, visible } = detail.shares;
  const lines = isGone(detail)
    ? []
    : [
        `Sealed to ${client} and you: ${counted(visible, "field", "fields")} of the picture${
          detail.showsTitle ? ", the window’s title and your memo" : " and your memo"
        }${size("visible")}.`,
        `Sealed to you alone: the ${counted(redacted, "hidden field", "hidden fields")}${size("hidden")}.`,
        ...(masked > 0 ? [`Nowhere: ${counted(masked, "field", "fields")} never captured.`] : []),
        "Underseal itself sees only sizes, shares and a fingerprint of the whole.",
        ...(detail.isEdited && detail.state === "waiting"
          ? ["Without your approval, what was proposed is sent, less what you hid besides."]
          : []),
      ];
  show(element("parcel"), lines, (text) => make("li", text));
};

const formatBytes = (bytes) => (bytes < 10_000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} kB`);

const measureSoon = () => {
  clearTimeout(page.measuring);
  page.measuring = setTimeout(async () => {
    const { detail } = page;
    const answer = await post("/reviews/measure", { capture: detail.capture }).catch(() => null);
    // Where it cannot be measured yet, the words stand without sizes.
    if (answer?.ok && page.detail === detail) showParcel(await answer.json());
  }, MEASURE_AFTER_MS);
};

const change = async (path, body) => {
  const changed = await call(path, { capture: page.detail.capture, ...body });
  if (changed === null) return;
  page.detail = changed.value;
  showDetail();
  measureSoon();
  await refresh();
};

const hide = () => change("/reviews/edit", { hide: picture.markedTiles(), reveal: [], confirmLocked: false });

const reveal = async () => {
  const { tiles } = page.detail;
  const hidden = picture.markedTiles().filter((tile) => tiles[tile].state === "redacted");
  // What nobody can show is named by the refusal, where nothing else was marked.
  const possible = hidden.filter((tile) => tiles[tile].reveal !== "never");
  const chosen = possible.length > 0 ? possible : hidden;
  const locked = chosen.filter((tile) => tiles[tile].reveal === "locked");
  const confirmLocked = locked.length > 0 && (await confirmShown(locked.map((tile) => tiles[tile])));
  if (locked.length > 0 && !confirmLocked) return;
  await change("/reviews/edit", { hide: [], reveal: chosen, confirmLocked });
};

const confirmShown = (tiles) => {
  const dialog = element("locked");
  const fields = counted(tiles.length, "marked field is", "marked fields are");
  setText(element("locked-why"), `${fields} hidden for a grave reason: it ${sayReasons(tiles)}.`);
  dialog.returnValue = "keep";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "show"), { once: true });
  });
};

const hideInDay = async () => {
  const done = await call("/reviews/hide-in-day", { capture: page.detail.capture, tiles: picture.markedTiles() });
  if (done === null) return;
  await reopen();
  await refresh();
};

const approve = async (list) => {
  const seen = list.map(({ capture, revision }) => ({ capture, revision }));
  const done = await call("/reviews/approve", { seen });
  await reopen();
  await refresh();
  if (done !== null && done.value < seen.length) {
    setText(element("refusal"), "Not all were approved: some changed meanwhile. Look again.");
  }
};

const decide = async (path) => {
  const done = await call(path, { capture: page.detail.capture });
  await reopen();
  await refresh();
  return done;
};

/** Its state again, not its picture. */
const reopen = async () => {
  if (page.detail === null) return;
  const answer = await post("/reviews/find", { capture: page.detail.capture }).catch(() => null);
  if (!answer?.ok) return;
  page.detail = await answer.json();
  showDetail();
  measureSoon();
};

const goTo = async (step) => {
  const all = captures();
  const at = all.findIndex(({ capture }) => capture === page.detail?.capture);
  const next = all[at + step];
  if (next !== undefined) await open(next.capture);
};

const refresh = async () => {
  const [reviews, snapshot] = await Promise.all([get("/reviews"), get("/snapshot")]).catch(() => [null, null]);
  if (reviews === null) return setText(element("summary"), "The tracker does not answer. It may have ended.");
  element("review").hidden = !reviews.ok;
  if (!reviews.ok) return setText(element("summary"), "To open this page, run: underseal track review");
  Object.assign(page, await reviews.json());
  const { contracts } = await snapshot.json();
  page.clients = new Map(contracts.map(({ contract, clientName }) => [contract, clientName]));
  showDays();
  const known = captures().find(({ capture }) => capture === page.detail?.capture);
  if (page.detail !== null && !isGone(page.detail) && known?.state !== page.detail.state) await reopen();
};

const keepLooking = async () => {
  await refresh();
  setTimeout(keepLooking, EVERY_MS);
};

const ACTIONS = {
  hide,
  show: reveal,
  "hide-in-day": hideInDay,
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
  if (event.ctrlKey || event.altKey || event.metaKey || element("locked").open) return;
  const key = event.key.toLowerCase();
  if (STEPS[key] !== undefined) void goTo(STEPS[key]);
  else if (KEYS[key] !== undefined && page.detail !== null) element(KEYS[key]).click();
  else if (key === "escape") picture.clear();
});

await openSession().catch(() => {});
await keepLooking();
