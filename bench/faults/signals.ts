// A signal at each call of a run that shows: while it starts, looks, asks, waits, writes, ends. Needs strace. Run:
// npm run build && node bench/faults/signals.ts [scene [every nth point [offset]]]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAftermath, contentsBelow, type Scene } from '../../test/helpers/fault-check.ts';
import { type Hit, openFaultLab } from '../../test/helpers/fault-lab.ts';
import { scenes } from '../../test/helpers/fault-scenes.ts';
import { canTrace } from '../../test/helpers/paid-kill.ts';
import { writePhotos } from '../../test/helpers/photos.ts';
import { addTrial, printTable, type Row } from './fs-table.ts';

const calls = ['openat', 'read', 'write', 'writev', 'connect', 'fsync', 'rename', 'link', 'unlink', 'clone3'];

interface SignalTrial {
  readonly call: string;
  readonly when: number;
  readonly signal: NodeJS.Signals;
  /** Once more, so many calls of the kind later. */
  readonly again?: number;
}

if (!canTrace) throw new Error('strace is needed, and to be allowed to trace');
const [wanted = 'all', every = '20', offset = '0'] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
const photos = join(folder, 'photos');
await writePhotos(photos, 2);
const originals = contentsBelow(photos);
const rows = new Map<string, Row>();
try {
  for (const scene of scenes) {
    if (wanted === 'all' || wanted === scene.name) await sweep(scene);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = printTable([...rows.values()]);

async function sweep(scene: Scene): Promise<void> {
  const clean = await openFaultLab(folder, photos);
  await scene.before?.(clean);
  const hits = await clean.trace(scene.args, calls);
  const whole = contentsBelow(join(clean.place, scene.results));
  await clean.close();
  const all = pointsOf(hits);
  const points = all.filter((_, at) => at % Number(every) === Number(offset));
  console.log(`${scene.name}: ${points.length} of ${all.length} points`);
  for (const point of points) await tryPoint(scene, point, whole);
}

// In the order of the run, the signals in turn; twice where somebody presses twice.
function pointsOf(hits: readonly Hit[]): SignalTrial[] {
  const turns: readonly Omit<SignalTrial, 'call' | 'when'>[] = [
    ...[{ signal: 'SIGINT' as const }, { signal: 'SIGTERM' as const }, { signal: 'SIGHUP' as const }],
    ...[{ signal: 'SIGINT' as const, again: 2 }, { signal: 'SIGQUIT' as const }],
    ...[
      { signal: 'SIGKILL' as const },
      { signal: 'SIGHUP' as const, again: 1 },
      { signal: 'SIGPIPE' as const },
    ],
  ];
  const points = new Map<string, SignalTrial>();
  for (const { call, when } of hits) {
    const name = `${call} ${when}`;
    const turn = turns[Math.floor(points.size / Number(every)) % turns.length];
    if (turn !== undefined && !points.has(name)) points.set(name, { call, when, ...turn });
  }
  return [...points.values()];
}

async function tryPoint(
  scene: Scene,
  trial: SignalTrial,
  whole: Readonly<Record<string, string>>,
): Promise<void> {
  const { call, when, signal, again } = trial;
  const lab = await openFaultLab(folder, photos);
  try {
    await scene.before?.(lab);
    const times = again === undefined ? `${when}` : `${when}..${when + again}+${again}`;
    const end = await lab.inject(scene.args, { call, what: `signal=${signal.slice(3)}`, when: times });
    const after = await checkAftermath(lab, scene, end, whole, originals, signal);
    const ended = `${end.code ?? end.signal}, ${end.stopped}, ${after.billed} billed, ${after.unsettled} unsettled`;
    const said = end.stderr.trim().split('\n').at(-1) ?? '';
    console.log(
      `${scene.name} ${signal}${again ? ' twice' : ''} at ${call} ${when}: ${ended}; ${said.slice(0, 120)}`,
    );
    for (const breach of after.breaches) console.log(`  BREACH ${breach}`);
    if (after.breaches.length > 0) console.log(end.stderr.replace(/^/gm, '    | '), end.stdout.slice(-600));
    addTrial(rows, `${scene.name}: ${signal}${again ? ' twice' : ''}`, { end, after, isTrial: true });
  } finally {
    await lab.close();
  }
}
