// Runs f(n) of a program in MicroPython: node peer.mjs MODULE PROGRAM N. MODULE is micropython.mjs of
// the npm package @micropython/micropython-webassembly-pyscript. Prints the nanoseconds that it took.
import fs from "node:fs";

const [module, program, n] = process.argv.slice(2);
const { loadMicroPython } = await import(module);
const mp = await loadMicroPython({ heapsize: 64 << 20 });
mp.runPython(fs.readFileSync(program, "utf8"));
const start = process.hrtime.bigint();
mp.runPython(`f(${n})`);
console.log(String(process.hrtime.bigint() - start));
