// Each call by which a run changes the disk fails once, or from then on. Needs strace. Run:
// npm run build && node bench/faults/fs-inject.ts [scene [points of each call at most]]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Aftermath, checkAftermath, contentsBelow, type Scene } from '../../test/helpers/fault-check.ts';
import { type FaultEnd, type Hit, type Injection, openFaultLab } from '../../test/helpers/fault-lab.ts';
import { scenes } from '../../test/helpers/fault-scenes.ts';
import { canTrace } from '../../test/helpers/paid-kill.ts';
import { writePhotos } from '../../test/helpers/photos.ts';
import { addTrial, printTable, type Row } from './fs-table.ts';

// What each call can really end with.
const errors: Readonly<Record<string, readonly string[]>> = {
  openat: ['ENOSPC', 'EMFILE', 'EIO', 'EROFS', 'ENFILE', 'EDQUOT', 'ENOMEM', 'EINTR', 'EACCES'],
  write: ['ENOSPC', 'EIO', 'EDQUOT', 'EFBIG', 'EINTR'],
  pwrite64: ['ENOSPC', 'EIO', 'EDQUOT', 'EINTR'],
  fsync: ['EIO', 'ENOSPC', 'EDQUOT', 'EROFS', 'EINTR'],
  fdatasync: ['EIO', 'ENOSPC', 'EDQUOT', 'EINTR'],
  rename: ['EXDEV', 'ENOSPC', 'EIO', 'EROFS', 'EDQUOT', 'ENOMEM'],
  link: ['EPERM', 'EMLINK', 'ENOSPC', 'EIO', 'EROFS', 'EXDEV'],
  unlink: ['EIO', 'EROFS', 'EBUSY', 'EPERM'],
  mkdir: ['ENOSPC', 'EIO', 'EROFS', 'EDQUOT', 'EACCES'],
  utimensat: ['EIO', 'EROFS', 'EPERM'],
  fchmod: ['EPERM', 'EIO', 'EROFS'],
  ftruncate: ['ENOSPC', 'EIO'],
  copy_file_range: ['EXDEV', 'ENOSPC', 'EIO'],
  sendfile: ['ENOSPC', 'EIO', 'EINTR'],
};

// Said before the program itself runs.
const ofNode = /error while loading shared|OpenSSL configuration error|^node:internal/;

if (!canTrace) throw new Error('strace is needed, and to be allowed to trace');
const [wanted = 'all', most = 'Infinity'] = process.argv.slice(2);
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
  const hits = await clean.trace(scene.args, Object.keys(errors));
  const whole = contentsBelow(join(clean.place, scene.results));
  const all = pointsOf(hits, clean.place);
  await clean.close();
  const points = Object.keys(errors).flatMap((call) => sample(all.filter((point) => point.call === call)));
  console.log(`${scene.name}: ${points.length} of ${all.length} points`);
  for (const point of points) await tryPoint(scene, point, whole);
}

// From all of its course.
function sample(points: readonly Injection[]): Injection[] {
  const step = Math.max(1, points.length / Number(most));
  return points.filter((_, at) => Math.floor(at / step) !== Math.floor((at - 1) / step));
}

// Calls that concern the lab, each error in its turn; every third lasts.
function pointsOf(hits: readonly Hit[], place: string): Injection[] {
  const points = new Map<string, Injection>();
  const counts = new Map<string, number>();
  for (const { call, when, text } of hits) {
    if (!text.includes(place) || points.has(`${call} ${when}`)) continue;
    const known = errors[call] ?? [];
    const count = counts.get(call) ?? 0;
    counts.set(call, count + 1);
    const error = known[count % known.length] ?? 'EIO';
    const lasts = count % 3 === 2 && error !== 'EINTR';
    points.set(`${call} ${when}`, { call, what: `error=${error}`, when: lasts ? `${when}+` : `${when}` });
  }
  return [...points.values()];
}

async function tryPoint(
  scene: Scene,
  point: Injection,
  whole: Readonly<Record<string, string>>,
): Promise<void> {
  const lab = await openFaultLab(folder, photos);
  try {
    await scene.before?.(lab);
    const end = await lab.inject(scene.args, point);
    const what = ofNode.test(end.stderr) ? 'node itself' : hitWhat(end.hits, lab.place);
    const after = await checkAftermath(lab, scene, end, whole, originals);
    tell(scene, point, what, end, after);
  } finally {
    await lab.close();
  }
}

// Node itself gives up where it cannot wake its own threads: that is no trial of the program.
function hitWhat(hits: readonly Hit[], place: string): string {
  if (hits.some(({ text }) => /eventfd|pipe:|socket:|UNIX:/.test(text))) return 'node itself';
  const paths = hits.map(({ text }) => text.split(place)[1]?.match(/^\/[^">]*/)?.[0] ?? 'elsewhere');
  const kinds = paths.map((path) =>
    path
      .replace(/\/\.[^/]*\.tmp$/, '/TEMP')
      .replace(/(\/paid\/)[^/]+(\/[^/]*)?/, '$1RUN$2')
      .replace(/\d{3}\.jpg/, 'PICTURE'),
  );
  return [...new Set(kinds)].slice(0, 3).join(' ') || 'not reached';
}

function tell(scene: Scene, point: Injection, what: string, end: FaultEnd, after: Aftermath): void {
  const said = end.stderr.split('\n').find((line) => line !== '') ?? '';
  const words = `${scene.name} ${point.call} ${point.what} ${point.when} (${what}): ${end.code ?? end.signal}, ${end.stopped}`;
  const isTrial = what !== 'node itself' && what !== 'not reached';
  console.log(
    `${words}, ${after.billed} billed, ${after.unsettled} unsettled${isTrial ? '' : ' (no trial)'}; ${said}`,
  );
  if (isTrial) for (const breach of after.breaches) console.log(`  BREACH ${breach}`);
  if (isTrial && after.breaches.length > 0)
    console.log(end.stderr.replace(/^/gm, '    | '), end.stdout.slice(-600));
  addTrial(rows, `${scene.name}: ${point.call}`, { end, after, isTrial });
}
