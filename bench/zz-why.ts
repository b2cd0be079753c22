import { findHidden, loadDetectionModel, readLines } from "@underseal/redaction";
import { planScreens } from "./redaction/plan.ts";
import { coreOf, scoreScreen } from "./redaction/score.ts";
import { makeScreens, pickEvenly, readScreen } from "./redaction/screens.ts";
import { workSet } from "./redaction/work.ts";

const screens = pickEvenly(
  await makeScreens(planScreens(workSet), { folder: "/tmp/bench-screens", log: console.error }),
  Number(process.argv[2] ?? 40),
);
const total = new Map<string, number>();
let words = 0;
const sample = new Map<string, string[]>();
for (const s of screens) {
  const found = await findHidden(
    await readScreen(s),
    { policy: "strict", languages: s.plan.languages, terms: s.plan.terms },
    { loadModel: loadDetectionModel, readLines },
  );
  if (!found.ok) {
    console.log(s.plan.id, found.error);
    continue;
  }
  if (found.value.degraded) console.log(s.plan.id, found.value.degraded);
  const { hidden } = found.value;
  const per = new Map<string, number>();
  let n = 0;
  for (const w0 of s.truth.words.filter((w) => w.ordinary)) {
    const w = { ...w0, box: coreOf(w0.box) };
    n++;
    let best = 0,
      why = "shown";
    const area = w.box.width * w.box.height;
    const by = new Map<string, number>();
    for (const { box, reason } of hidden) {
      const x = Math.min(box.x + box.width, w.box.x + w.box.width) - Math.max(box.x, w.box.x),
        y = Math.min(box.y + box.height, w.box.y + w.box.height) - Math.max(box.y, w.box.y);
      if (x > 0 && y > 0) by.set(reason, (by.get(reason) ?? 0) + x * y);
    }
    for (const [r, a] of by)
      if (a > best) {
        best = a;
        why = r;
      }
    if (best < area / 2) why = "shown";
    per.set(why, (per.get(why) ?? 0) + 1);
    total.set(why, (total.get(why) ?? 0) + 1);
    const l = sample.get(why) ?? [];
    l.push(`${w.text}@${s.plan.id}`);
    sample.set(why, l);
  }
  words += n;
  console.log(
    s.plan.id,
    s.plan.look,
    n,
    [...per]
      .sort((a, b) => b[1] - a[1])
      .map(([r, c]) => `${r} ${Math.round((c / n) * 100)}%`)
      .join(" "),
  );
  for (const { itemClass, text, covered } of scoreScreen(
    s.truth,
    hidden.map(({ box }) => box),
  ).items)
    if (covered < 0.95) console.log("   ", covered < 0.5 ? "LEAK" : "part", covered.toFixed(2), itemClass, text);
}
console.log(
  "TOTAL",
  words,
  [...total]
    .sort((a, b) => b[1] - a[1])
    .map(([r, c]) => `${r} ${((c / words) * 100).toFixed(1)}%`)
    .join(" "),
);
for (const [r, l] of sample) console.log("##", r, pickEvenly(l, 25).join(" "));
