// A reader that breaks as soon as it has its question.
import { buffer } from "node:stream/consumers";

await buffer(process.stdin);
throw new Error("broken");
