// A state changes only through its `states.ts`, from the state that was decided on, with an event beside it. The
// database cannot hold code to that, so the statements are read here.
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";

const server = path.join(import.meta.dirname, "../../apps/server/src");

/** The SQL statements of a source text that set a `state` column. */
const stateChanges = (source: string): string[] =>
  source.match(/`[^`]*\bupdate\s+\w+\s+set\s[^`]*\bstate\s*=\s*\$[^`]*`/g)?.map(String) ?? [];

/** Whether the row must still be in the state that the move is from. */
const isGuarded = (statement: string): boolean => /\bwhere\b[^`]*\band state = \$\{\w+\.from\}/.test(statement);

describe("changes of state", () => {
  test("are guarded by the state they come from, written by stores only, and beside an event", async () => {
    const faults: string[] = [];
    const features = new Set<string>();
    for await (const file of glob("*/**/*.ts", { cwd: server })) {
      const source = await readFile(path.join(server, file), "utf8");
      const changes = stateChanges(source);
      if (changes.length === 0) continue;
      features.add(path.dirname(file));
      if (!changes.every(isGuarded)) faults.push(`${file}: a change of state is not guarded`);
      if (path.basename(file) !== "store.ts") faults.push(`${file}: a change of state outside of a store`);
      if (!/insert into \w+_event\b/.test(source)) faults.push(`${file}: states change without an event`);
      await readFile(path.join(server, path.dirname(file), "states.ts"), "utf8").catch(() => {
        faults.push(`${file}: there is no states.ts beside it`);
      });
    }
    expect(faults).toEqual([]);
    expect([...features].sort()).toEqual(["billing", "contracts", "devices", "payments"]);
  });

  test.each([
    ["`update week set state = $<to> where id = $<id>`", false],
    ["`update week set state = $<to> where id = $<id> and state = $<change.from>`", true],
    ["`update week set due_at = $<at>, state = $<to> where id = $<id>`", false],
  ])("in %s: guarded is %s", (source, guarded) => {
    const asWritten = source.replaceAll("<", "{").replaceAll(">", "}");
    expect(stateChanges(asWritten).map(isGuarded)).toEqual([guarded]);
  });
});
