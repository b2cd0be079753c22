// A reader that takes all the memory it can get, outside of the heap.
const all: Uint8Array[] = [];
setInterval(() => all.push(new Uint8Array(32 * 1024 * 1024).fill(1)), 50);
