// A checkpoint is judged by keys that only its reader can bring.
import { element } from "./element.ts";
import { says } from "./sentences.ts";

export interface Trust {
  readonly keys: readonly string[];
  readonly quorum: number;
}

export const createKeysForm = (onSubmit: (trust: Trust) => void) => {
  const keys = element("textarea", {
    id: "keys",
    rows: "4",
    spellcheck: "false",
    required: true,
    "aria-describedby": "keys-help",
  });
  const quorum = element("input", { id: "quorum", type: "number", min: "0", max: "64", value: "0" });
  const form = element(
    "form",
    { class: "keys", "aria-labelledby": "keys-title" },
    element("h2", { id: "keys-title" }, says.keysTitle),
    element("label", { for: "keys" }, says.keysLabel),
    keys,
    element("p", { class: "help", id: "keys-help" }, says.keysHelp),
    element("label", { for: "quorum" }, says.quorumLabel),
    quorum,
    element("button", { type: "submit" }, says.checkNote),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const lines = keys.value.split("\n").map((line) => line.trim());
    onSubmit({ keys: lines.filter((line) => line !== ""), quorum: quorum.valueAsNumber });
  });
  return { view: form, focus: () => keys.focus() };
};
