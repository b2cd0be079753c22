// Discloses what was approved in a process of its own, to be killed: its state directory and the time by its clock come
// as arguments; a line when it begins.
import { openReviewWorld } from "./review-world.ts";

const [directory = "", nowMs = ""] = process.argv.slice(2);
const world = await openReviewWorld(directory, { nowMs: Number(nowMs) });
process.stdout.write("begun\n");
await world.disclose();
