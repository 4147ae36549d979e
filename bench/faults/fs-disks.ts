// Disks that are full, read-only, slow or gone, and folders that change under a run. Needs root for its mounts. Run:
// npm run build && node bench/faults/fs-disks.ts [word in the name]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAftermath, contentsBelow } from '../../test/helpers/fault-check.ts';
import { type DiskTrial, diskTrials, unmountBelow } from '../../test/helpers/fault-disks.ts';
import { openFaultLab } from '../../test/helpers/fault-lab.ts';
import { writePhotos } from '../../test/helpers/photos.ts';
import { addTrial, printTable, type Row } from './fs-table.ts';

const [wanted = ''] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
const photos = join(folder, 'photos');
await writePhotos(photos, 2);
const originals = contentsBelow(photos);
const wholes = new Map<string, Readonly<Record<string, string>>>();
const rows = new Map<string, Row>();
try {
  for (const trial of diskTrials) if (trial.name.includes(wanted)) await tryOne(trial);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = printTable([...rows.values()]);

async function tryOne(trial: DiskTrial): Promise<void> {
  const { name, scene } = trial;
  const whole = wholes.get(scene.name) ?? (await makeWhole(trial));
  wholes.set(scene.name, whole);
  const lab = await openFaultLab(folder, photos);
  try {
    await scene.before?.(lab);
    const heal = await trial.harm(lab);
    const end = await lab.run(trial.args ?? scene.args, trial.under);
    heal();
    const after = await checkAftermath(lab, scene, end, whole, originals);
    console.log(
      `${name}: ${end.code ?? end.signal}, ${end.stopped}, ${after.billed} billed, ${after.unsettled} unsettled`,
    );
    for (const breach of after.breaches) console.log(`  BREACH ${breach}`);
    if (after.breaches.length > 0) console.log(end.stderr.replace(/^/gm, '    | '), end.stdout.slice(-700));
    addTrial(rows, name, { end, after, isTrial: true });
  } finally {
    unmountBelow(lab.place);
    await lab.close();
  }
}

async function makeWhole({ scene }: DiskTrial): Promise<Readonly<Record<string, string>>> {
  const lab = await openFaultLab(folder, photos);
  await scene.before?.(lab);
  const { code, stderr } = await lab.run(scene.args);
  if (code !== 0) throw new Error(`a run without a fault ended with ${code}: ${stderr}`);
  const whole = contentsBelow(join(lab.place, scene.results));
  await lab.close();
  return whole;
}
