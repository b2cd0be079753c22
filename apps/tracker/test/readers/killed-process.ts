// A reader that the kernel ends, as it does when the machine has no memory left.
import { buffer } from "node:stream/consumers";

await buffer(process.stdin);
process.kill(process.pid, "SIGKILL");
