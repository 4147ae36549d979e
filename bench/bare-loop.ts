// The enhancement and nothing else: read, decode, analyse, apply, encode, write; no ledger, no sync, no checks.
// Usage: node bench/bare-loop.ts IN OUT PROCESSES (the pictures are dealt out among that many processes)
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The built code, as the program runs it.
const built = (path: string) => import(new URL(`../dist/${path}.js`, import.meta.url).href);
const { decode }: typeof import('../src/images/decode.ts') = await built('images/decode');
const { encode }: typeof import('../src/images/encode.ts') = await built('images/encode');
const { autoLook }: typeof import('../src/presets/looks.ts') = await built('presets/looks');
const { inspect }: typeof import('../src/images/inspect.ts') = await built('images/inspect');
const { analyse }: typeof import('../src/providers/local/analyse.ts') =
  await built('providers/local/analyse');
const { applyPlan }: typeof import('../src/providers/local/apply.ts') = await built('providers/local/apply');
const { makePlan }: typeof import('../src/providers/local/plan.ts') = await built('providers/local/plan');

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
    const analysis = analyse(raster);
    const plan = makePlan(analysis, { look: autoLook, scale: 1, strength: 0.65 });
    const made = await encode(
      applyPlan(raster, plan, analysis.light),
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
