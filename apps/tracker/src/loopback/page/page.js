// The daemon's page: shows the snapshot, sends commands.
import { get, openSession, post } from "./session.js";
import { counted, element, forget, formatDay, formatMinutes, formatTime, make, setText, show } from "./text.js";

const EVERY_MS = 2_000;

const STATES = { stopped: "Stopped", tracking: "Tracking", paused: "Paused", idle: "Away", locked: "Locked" };
const UNDER_WAY = {
  start: "Starting …",
  pause: "Pausing …",
  resume: "Resuming …",
  switch: "Switching …",
  stay: "Going on …",
  mode: "Noting …",
  conceal: "Hiding …",
  stop: "Stopping …",
};
const SIGNS = { stopped: "○", tracking: "●", paused: "◌", idle: "◌", locked: "◌" };
const COMMANDS = {
  stopped: ["start"],
  tracking: ["pause", "switch", "stay", "stop", "conceal"],
  paused: ["resume", "switch", "stop", "conceal"],
  idle: ["resume", "pause", "switch", "stop", "conceal"],
  locked: ["resume", "pause", "switch", "stop", "conceal"],
};

const stateText = ({ state, sinceMs, underWay, contract }) => {
  if (underWay !== null) return UNDER_WAY[underWay];
  const whom = contract === null ? "" : ` for ${contract.clientName}`;
  const since = sinceMs === null || state === "stopped" ? "" : ` since ${formatTime(sinceMs)}`;
  return STATES[state] + whom + since;
};

const showState = (snapshot) => {
  const { state, contract, memo } = snapshot;
  const text = stateText(snapshot);
  const place = element("state");
  setText(place, text);
  place.dataset.state = state;
  setText(element("memo-shown"), memo === "" ? "" : `Working on: ${memo}`);
  document.title = `${SIGNS[state]} ${STATES[state]}${contract === null ? "" : ` – ${contract.clientName}`} – Underseal`;
  element("icon").href = state === "tracking" ? "/tracking.svg" : "/still.svg";
};

const AWAY = {
  idle: "No input since then: not counted. Tracking goes on with the next input. Say beforehand when you are in a call or read.",
  locked: "The screen is locked: not counted. Tracking goes on when it is unlocked.",
};

const comingText = ({ state, next, billedElsewhere, contract }) => {
  if (AWAY[state] !== undefined) return AWAY[state];
  if (next !== null) {
    const whom = next.contract === contract?.contract ? "another memo" : next.clientName;
    return `Switches to ${whom} at ${formatTime(next.atMs)}.`;
  }
  if (billedElsewhere === null) return "";
  const { clientName, untilMs } = billedElsewhere;
  return `These ten minutes are billed to ${clientName}: minutes count from ${formatTime(untilMs)} on.`;
};

const showFailure = ({ failure }) =>
  setText(
    element("failure"),
    failure === null ? "" : `${formatDay(failure.atMs)}, ${formatTime(failure.atMs)}: ${failure.message}.`,
  );

const isMeaningful = (name, { contract, next }) => {
  if (name === "stay") return next !== null;
  return name !== "switch" || (contract !== null && element("contract").value !== (next ?? contract).contract);
};

const showForm = (snapshot) => {
  const { state, underWay, contracts } = snapshot;
  const select = element("contract");
  const chosen = select.value;
  show(
    select,
    contracts.map(({ contract: id, clientName }) => ({ id, clientName })),
    ({ id, clientName }) => {
      const option = make("option", clientName);
      option.value = id;
      option.selected = chosen === id;
      return option;
    },
  );
  const memos = contracts.find(({ contract: id }) => id === select.value)?.memos ?? [];
  show(element("memos"), memos, (memo) => Object.assign(make("option"), { value: memo }));
  for (const button of document.querySelectorAll("[data-command]")) {
    const name = button.dataset.command;
    const isPossible = COMMANDS[state].includes(name) && isMeaningful(name, snapshot);
    // Hidden under the keyboard's focus, it would take the focus with it.
    if (!isPossible && document.activeElement === button) element("state").focus();
    button.hidden = !isPossible;
    button.disabled = underWay !== null;
  }
};

const timeRow = ({ clientName, todayMinutes, weekMinutes, weeklyLimitMinutes }) => {
  const row = make("tr");
  const name = make("th", clientName);
  name.scope = "row";
  const isReached = weekMinutes >= weeklyLimitMinutes;
  const isNear = weekMinutes * 10 >= weeklyLimitMinutes * 8;
  const warning = isReached ? " – reached" : isNear ? " – near" : "";
  const limit = make("td", formatMinutes(weeklyLimitMinutes) + warning, isNear ? "warned" : "");
  row.append(name, make("td", formatMinutes(todayMinutes)), make("td", formatMinutes(weekMinutes)), limit);
  return row;
};

const showModes = ({ state, mode, underWay }) => {
  element("modes").hidden = state !== "tracking";
  for (const button of document.querySelectorAll("[data-mode]")) {
    button.ariaPressed = String(button.dataset.mode === mode);
    button.disabled = underWay !== null;
  }
};

const MODES = { call: "Call", reading: "Reading", whiteboard: "Whiteboard" };
const ALLOWANCE = { near: " – near", "used-up": " – used up" };

/** Only what was used: the minutes in which a declared mode was the only sign of work. */
const allowancesOf = (contracts) =>
  contracts.flatMap(({ clientName, modes }) =>
    modes.filter(({ usedMinutes }) => usedMinutes > 0).map((allowance) => ({ clientName, ...allowance })),
  );

const allowanceRow = ({ clientName, mode, usedMinutes, maxMinutes, warning }) => {
  const used = `${formatMinutes(usedMinutes)} of ${formatMinutes(maxMinutes)} this week`;
  const warned = warning === null ? "" : ALLOWANCE[warning];
  return make("li", `${clientName}: ${MODES[mode]} without input: ${used}${warned}`, warning === null ? "" : "warned");
};

const SHOWS = {
  structure: ["capture with all text withheld", "captures with all text withheld"],
  nothing: ["capture withheld as a whole", "captures withheld as a whole"],
  missing: ["capture missing, which counts as hidden", "captures missing, which count as hidden"],
};

const newsOf = ({ concealedUntilMs, isOffline, isServerReached, waiting, toReview, unsent, alarms, faults }) => {
  const { records, blobs } = waiting;
  const parts = [
    records > 0 && counted(records, "record", "records"),
    blobs > 0 && counted(blobs, "sealed file", "sealed files"),
  ];
  const waits = parts.filter(Boolean).join(" and ");
  const allSent =
    toReview.waiting + toReview.leaving > 0
      ? "All records are with the server; pictures wait here."
      : "Everything is with the server.";
  const news = [waits === "" ? allSent : `Waiting to be sent: ${waits}.`];
  if (concealedUntilMs !== null) news.unshift(`Captures show nothing until ${formatTime(concealedUntilMs)}.`);
  if (toReview.leaving > 0) {
    news.push(
      `${counted(toReview.leaving, "picture you decided on leaves", "pictures you decided on leave")} in a moment.`,
    );
  }
  if (isServerReached === false) news.push("The server does not answer. Nothing is lost; it is asked again.");
  if (isOffline) news.push("The beacon cannot be had: this machine draws the moments itself until it is back.");
  if (unsent.refused > 0)
    news.push(`The server refused ${counted(unsent.refused, "record", "records")}, kept on this machine.`);
  if (unsent.superseded > 0) {
    news.push(`${counted(unsent.superseded, "record", "records")} of a restored backup are kept and never sent.`);
  }
  if (alarms > 0) {
    news.push(
      `${counted(alarms, "answer", "answers")} of the server cannot be true; kept as evidence. Tell your client.`,
    );
  }
  for (const { shows, rounds, because } of faults) {
    news.push(`In the last seven days: ${counted(rounds, ...SHOWS[shows])}, because ${because}.`);
  }
  return news;
};

const showReview = ({ waiting, dueSoon }) => {
  const link = element("review");
  link.textContent = waiting === 0 ? "Pictures" : `Review ${counted(waiting, "picture", "pictures")}`;
  setText(
    element("review-due"),
    dueSoon === 0 ? "" : `${counted(dueSoon, "is", "are")} sent within a day, whether you looked or not.`,
  );
};

const captureRow = ({ atMs, clientName, withheldPermille, fallback, isDisclosed }) => {
  const row = make("li");
  const time = make("time", `${formatDay(atMs)}, ${formatTime(atMs)}`);
  time.dateTime = new Date(atMs).toISOString();
  const percent = Math.ceil(withheldPermille / 10);
  const share = make("span", "", "share");
  const meter = make("meter");
  meter.max = 100;
  meter.value = percent;
  meter.ariaLabel = "withheld";
  share.append(meter, make("span", `${percent} % withheld`));
  row.append(time, make("span", clientName), share);
  const why = [isDisclosed ? "" : "not sealed to your client yet", fallback === null ? "" : fallbackText(fallback)];
  const told = why.filter((text) => text !== "").join("; ");
  if (told !== "") row.append(make("span", told, "why"));
  return row;
};

const fallbackText = ({ shows, because }) =>
  `${shows === "structure" ? "all text is withheld" : "it is withheld as a whole"}, because ${because}`;

const showSnapshot = (snapshot) => {
  const { contracts, contract, captures } = snapshot;
  tracked = contract?.contract ?? "";
  showState(snapshot);
  setText(element("coming"), comingText(snapshot));
  showFailure(snapshot);
  showForm(snapshot);
  showModes(snapshot);
  show(element("time"), contracts, timeRow);
  showReview(snapshot.toReview);
  show(element("allowances"), allowancesOf(contracts), allowanceRow);
  show(element("news"), newsOf(snapshot), (text) => make("li", text));
  show(element("captures"), captures, captureRow);
  element("no-captures").hidden = captures.length > 0;
  const phrase = contracts.find((one) => one.contract === contract?.contract)?.phrase ?? "";
  setText(element("phrase"), phrase);
  element("phrase-place").hidden = phrase === "";
  element("work").hidden = false;
};

/** Nothing is shown as going on that is not known to go on. */
const showUnknown = (text) => {
  setText(element("state"), text);
  element("state").dataset.state = "unknown";
  element("icon").href = "/still.svg";
  document.title = "Underseal tracker";
  for (const id of ["memo-shown", "coming", "failure", "refusal"]) setText(element(id), "");
  element("work").hidden = true;
};

const look = async () => {
  try {
    const answer = await get("/snapshot");
    if (answer.status === 401) showUnknown("To open this page, run: underseal track open");
    else showSnapshot(await answer.json());
  } catch {
    showUnknown("The tracker does not answer. It may have ended.");
  }
};

let tracked = "";

const commandOf = (name) => {
  // A switch is taken back by naming what is tracked.
  if (name === "stay") return { name: "switch", contract: tracked, memo: "" };
  const [contract, memo] = [element("contract").value, element("memo").value];
  return name === "start" || name === "switch" ? { name, contract, memo } : { name };
};

const send = async (command) => {
  const { name } = command;
  for (const button of document.querySelectorAll("[data-command], [data-mode]")) button.disabled = true;
  setText(element("refusal"), "");
  setText(element("state"), UNDER_WAY[name]);
  const answer = await post("/commands", command).catch(() => null);
  const body = answer === null ? null : await answer.json().catch(() => null);
  if (answer !== null && !answer.ok) setText(element("refusal"), body?.message ?? "");
  if (answer?.ok && name !== "mode") element("memo").value = "";
  await look();
};

const keepLooking = async () => {
  await look();
  setTimeout(keepLooking, EVERY_MS);
};

element("form").addEventListener("submit", (event) => event.preventDefault());
element("contract").addEventListener("change", () => {
  // What was written for one client is not said to another, nor suggested.
  element("memo").value = "";
  element("memos").replaceChildren();
  forget(element("memos"));
  void look();
});
for (const button of document.querySelectorAll("[data-command]")) {
  button.addEventListener("click", () => send(commandOf(button.dataset.command)));
}
for (const button of document.querySelectorAll("[data-mode]")) {
  button.addEventListener("click", () => send({ name: "mode", mode: button.dataset.mode }));
}
await openSession().catch(() => {});
await keepLooking();
