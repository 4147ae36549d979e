// Loaded into the program before it starts (node --expose-gc --import): writes down what its heap holds, each second.
import { writeFileSync } from 'node:fs';

const file = process.env.IMGSYS_SOAK_HEAP;
const { gc } = globalThis;
if (file !== undefined && gc !== undefined && process.send === undefined) {
  setInterval(() => {
    gc();
    writeFileSync(file, (process.memoryUsage().heapUsed / 2 ** 20).toFixed(1));
  }, 1_000).unref();
}
