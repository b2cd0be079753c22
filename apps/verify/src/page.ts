// The page: a place for a file, the progress of its check, and the answer. No request leaves it.
import { startCheck } from "./checker.ts";
import { element } from "./element.ts";
import { kindOf } from "./file-kind.ts";
import { createKeysForm } from "./keys-form.ts";
import type { CheckRequest, Outcome } from "./messages.ts";
import { showOutcome } from "./result.ts";
import { announce, says } from "./sentences.ts";

const FILE_MAX_BYTES = 512 * 1024 * 1024;

// The button opens it: what browsers draw for a file input says less and looks like nothing else here.
const input = element("input", { type: "file", id: "file", hidden: true });
const choose = element("button", { type: "button", "aria-describedby": "kinds" }, says.choose);
const everyRound = element("input", { type: "checkbox", id: "every-round" });
const place = element(
  "div",
  { class: "place" },
  choose,
  input,
  element("span", { class: "drop" }, says.drop),
  element("p", { class: "help", id: "kinds" }, says.kinds),
);
const bar = element("progress", { max: "1", value: "0", "aria-labelledby": "status" });
// Always there, so that screen readers know to listen before anything is said.
const status = element("p", { role: "status", "aria-live": "polite", id: "status" });
const progress = element("div", { class: "progress", "data-state": "idle" }, status, bar);
/** Stays while its answer is read, so that a wrong key can be mended. */
const question = element("div", {});
const answer = element("div", { class: "answer" });

let stopCheck = (): void => {};

const say = (sentence: string, state: "idle" | "busy"): void => {
  status.textContent = sentence;
  progress.dataset.state = state;
};

const begin = (name: string, request: CheckRequest): void => {
  stopCheck();
  say(says.starting, "busy");
  answer.replaceChildren();
  stopCheck = startCheck(request, {
    onProgress: ({ sentence, share }) => {
      say(sentence, "busy");
      bar.value = share;
    },
    onOutcome: (outcome) => finish(name, outcome),
    onBroken: () => say(says.broken, "idle"),
  });
};

const finish = (name: string, outcome: Outcome): void => {
  const { view, headline } = showOutcome(name, outcome);
  answer.replaceChildren(view);
  say(announce.done(name, headline), "idle");
  document.getElementById("answer")?.focus();
};

const take = async (file: File): Promise<void> => {
  stopCheck();
  question.replaceChildren();
  answer.replaceChildren();
  if (file.size > FILE_MAX_BYTES) return say(says.tooLarge, "idle");
  say(says.starting, "busy");
  bar.value = 0;
  const bytes = await file.arrayBuffer().then(
    (buffer) => new Uint8Array(buffer),
    () => null,
  );
  if (bytes === null) return say(says.unreadable, "idle");
  const kind = kindOf(bytes);
  const request = { bytes, kind, everyRound: everyRound.checked, keys: [], quorum: 0 };
  if (kind !== "checkpoint") return begin(file.name, request);
  say(announce.needsKeys(file.name), "idle");
  const form = createKeysForm((trust) => begin(file.name, { ...request, ...trust, bytes: bytes.slice() }));
  question.replaceChildren(form.view);
  form.focus();
};

const listen = (): void => {
  choose.addEventListener("click", () => input.click());
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    // The same file can be chosen again, such as after it was repaired.
    input.value = "";
    if (file !== undefined) void take(file);
  });
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    place.classList.add("over");
  });
  document.addEventListener("dragleave", () => place.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    place.classList.remove("over");
    const [file] = event.dataTransfer?.files ?? [];
    if (file !== undefined) void take(file);
  });
};

listen();
document
  .getElementById("page")
  ?.replaceChildren(
    element("header", {}, element("h1", {}, says.title), element("p", { class: "lead" }, says.lead)),
    element(
      "main",
      {},
      place,
      element("p", { class: "option" }, everyRound, element("label", { for: "every-round" }, says.everyRound)),
      progress,
      question,
      answer,
    ),
  );
