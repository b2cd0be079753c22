// A reader that takes little itself, and starts a program that takes all the memory it can get.
import { spawn } from "node:child_process";

const program = "const all = []; setInterval(() => all.push(new Uint8Array(2 ** 25).fill(1)), 50)";
// It ends with this process, or the test would leave it behind.
spawn("setpriv", ["--pdeathsig", "KILL", process.execPath, "-e", program], { stdio: "ignore" });
setInterval(() => {}, 1_000);
