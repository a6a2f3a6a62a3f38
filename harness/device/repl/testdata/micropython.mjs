// Serves the prompt of MicroPython's WebAssembly build, whose module file is the first argument, on
// standard input and output, byte by byte.
import fs from 'node:fs';

const { loadMicroPython } = await import(process.argv[2]);
const buf = Buffer.alloc(4096);
let at = 0;
let end = 0;

// next returns a byte; at the end of input the process ends, also in the middle of a script.
function next() {
  while (at === end) {
    try {
      end = fs.readSync(0, buf, 0, buf.length, null);
    } catch (e) {
      if (e.code === 'EAGAIN') continue;
      throw e;
    }
    at = 0;
    if (end === 0) process.exit(0);
  }
  return buf[at++];
}

function put(data) {
  for (let done = 0; done < data.length;) {
    done += fs.writeSync(1, data, done);
  }
}

const mp = await loadMicroPython({ stdin: next, stdout: put, stderr: put, linebuffer: false, heapsize: 4 << 20 });
mp.replInit();
for (;;) {
  if (mp.replProcessChar(next()) !== 0) {
    put(Buffer.from('MPY: soft reboot\r\n'));
    mp.replInit();
  }
}
