// A whole run on 12 MP JPEGs beside the same enhancement called bare in a loop, with the same concurrency; and beside
// other tools that normalise and sharpen, where they are installed. Run: npm run build && node bench/throughput.ts [pictures] [rounds]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { type Command, machine, measure, median, printTable } from './measure.ts';

const cli = fileURLToPath(new URL('../bin/imgsys.js', import.meta.url));
const bare = fileURLToPath(new URL('./bare-loop.ts', import.meta.url));
const shared = process.env.IMGSYS_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));
const pictures = Number(process.argv[2] ?? 12);
const rounds = Number(process.argv[3] ?? 5);
const concurrency = 2;

const folder = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
try {
  console.log(`${machine()}; ${pictures} JPEGs of 12 MP, ${concurrency} at once, ${rounds} rounds`);
  await makePictures(join(folder, 'in'));
  const clean = () => {
    for (const name of ['home', 'out']) rmSync(join(folder, name), { recursive: true, force: true });
    mkdirSync(join(folder, 'out'));
  };
  const run = [cli, 'enhance', 'in', '-o', 'out', '--concurrency', `${concurrency}`];
  const commands: Command[] = [
    { name: 'imgsys enhance', argv: [process.execPath, ...run], env: { IMGSYS_HOME: join(folder, 'home') } },
    { name: 'the same, bare, in a loop', argv: [process.execPath, bare, 'in', 'out', `${concurrency}`] },
    ...others(),
  ].map((command) => ({ ...command, cwd: folder, prepare: clean }));
  const measured = measure(commands, rounds);
  printTable(measured, { count: pictures, unit: 'pictures' });
  const share = median(measured[1]?.seconds ?? []) / median(measured[0]?.seconds ?? []);
  console.log(`whole run: ${share.toFixed(3)} of the bare throughput (promise: at least 0.95)`);
  process.exitCode = share >= 0.95 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

// A real photograph where there is one, else a synthetic one of the same size; darkened, so that every one needs work,
// and made a little different each time.
async function makePictures(into: string): Promise<void> {
  mkdirSync(into);
  const real = join(shared, 'corpora/photos/42_IndexError.jpg');
  const bright = existsSync(real) ? readFileSync(real) : await synthetic();
  const base = await sharp(bright).linear(0.45).keepMetadata().jpeg({ quality: 92 }).toBuffer();
  for (let n = 0; n < pictures; n += 1) {
    writeFileSync(join(into, `${n}.jpg`), Buffer.concat([base, Buffer.from(`${n}`)]));
  }
}

function synthetic(): Promise<Buffer> {
  const noise = { type: 'gaussian' as const, mean: 90, sigma: 25 };
  return sharp({ create: { width: 4032, height: 3024, channels: 3, background: 'gray', noise } })
    .jpeg()
    .toBuffer();
}

function others(): Command[] {
  const commands: Command[] = [];
  const shell = (command: string) => ['sh', '-c', `ls in | xargs -P ${concurrency} -I{} ${command}`];
  if (spawnSync('mogrify', ['-version']).status === 0) {
    commands.push({
      name: 'mogrify -normalize -sharpen',
      argv: shell('mogrify -path out -normalize -sharpen 0x1 in/{}'),
    });
  }
  const sharpCli = process.env.SHARP_CLI;
  if (sharpCli !== undefined) {
    commands.push({
      name: 'sharp-cli normalise sharpen',
      argv: shell(`${process.execPath} ${sharpCli} -i in/{} -o out/{} normalise -- sharpen`),
    });
  }
  return commands;
}
