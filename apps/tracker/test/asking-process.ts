// The command line's side of a running daemon, in a process of its own: says what the daemon of a state directory does, and
// fetches a second argument's address.
import { findDaemon } from "../src/loopback/client.ts";
import { random } from "./outbox-world.ts";

const [stateDir = "", url] = process.argv.slice(2);
const snapshot = await (await findDaemon(stateDir, { random }))?.snapshot();
console.log(snapshot?.ok ? snapshot.value.state : "nobody");
if (url !== undefined) await fetch(url).catch(() => {});
