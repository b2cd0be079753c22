// `underseal track terms CONTRACT`. It needs neither the server nor the outbox, so it works while a tracker runs.
import { type ContractId, isUuid } from "@underseal/foundation";
import { createWordLists } from "@underseal/tracker";
import { fail } from "./console.ts";
import { orDiskFault } from "./disk-fault.ts";
import { readTextFile } from "./text-file.ts";
import { readConfig } from "./track-open.ts";

export interface WordOptions {
  readonly add: readonly string[];
  readonly remove: readonly string[];
  readonly file?: string;
}

const FILE = { maxBytes: 1024 * 1024, what: "word list", remedy: "name a text with one word or name on each line" };

/** Changes the list where there is something to change, and prints it. */
export const changeWords = async (contract: string, options: WordOptions): Promise<void> => {
  const id = contract.toLowerCase();
  if (!isUuid(id)) return fail(`${contract} is not a contract's id: copy it from the contract's page`);
  const lists = createWordLists((await readConfig()).stateDir);
  const lines = options.file === undefined ? [] : (await readTextFile(options.file, FILE)).split(/\r?\n/);
  const add = [...options.add, ...lines.filter((line) => line.trim() !== "")];
  const isChange = add.length + options.remove.length > 0;
  // Its form was checked above; whether such a contract exists makes no difference to what is hidden.
  const of = id as ContractId;
  const words = await orDiskFault(
    "the list",
    isChange ? lists.change(of, { add, remove: options.remove }) : lists.wordsOf(of),
  );
  if (!words.ok) return fail(words.error.message);
  for (const word of words.value) console.log(word);
  if (words.value.length === 0) console.error("no words; add some with --add");
};
