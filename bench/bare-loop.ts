// The enhancement and nothing else: read, decode, analyse, apply, encode, write; no ledger, no sync, no checks.
// Usage: node bench/bare-loop.ts IN OUT PROCESSES (the pictures are dealt out among that many processes)
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decode } from '../src/images/decode.ts';
import { encode } from '../src/images/encode.ts';
import { inspect } from '../src/images/inspect.ts';
import { analyse } from '../src/providers/local/analyse.ts';
import { applyPlan } from '../src/providers/local/apply.ts';
import { makePlan } from '../src/providers/local/plan.ts';

const [from = '', to = '', processes = '1', share] = process.argv.slice(2);
const count = Number(processes);

if (share === undefined) {
  const children = Array.from({ length: count }, (_, n) =>
    fork(fileURLToPath(import.meta.url), [from, to, processes, `${n}`], {
      env: { ...process.env, VIPS_CONCURRENCY: '1', MALLOC_ARENA_MAX: '2' },
    }),
  );
  const codes = await Promise.all(children.map(async (child) => (await once(child, 'exit'))[0]));
  process.exitCode = codes.every((code) => code === 0) ? 0 : 1;
} else {
  const limits = { maxPixels: 1e8, svg: false };
  const names = readdirSync(from).filter((_, n) => n % count === Number(share));
  for (const name of names) {
    const bytes = readFileSync(join(from, name));
    const facts = await inspect(bytes, limits, name);
    const { raster } = await decode(bytes, facts, limits);
    const plan = makePlan(analyse(raster), { operation: 'enhance', scale: 1, strength: 0.65 });
    const made = await encode(
      applyPlan(raster, plan),
      { bytes, facts },
      {
        format: 'jpeg',
        quality: 90,
        metadata: 'keep',
        gps: 'keep',
      },
    );
    writeFileSync(join(to, name), made.bytes);
  }
}
