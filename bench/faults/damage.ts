// The program's own files spoilt in every way, and what the built program makes of it: a table of counts.
// Run: npm run build && node bench/faults/damage.ts [ledger|paid|keystore|config|all [every nth [random trials [seed]]]]
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDamageLab } from './damage-home.ts';
import {
  type Area,
  cutLedger,
  type Damage,
  damagesOf,
  flipBits,
  ledgerDamages,
  ownedByAnother,
  randomOf,
} from './damage-kinds.ts';
import { paidDamages } from './damage-paid.ts';
import { fieldDamages, textDamages } from './damage-texts.ts';
import { baselineOf, tryDamage } from './damage-trial.ts';

const [wanted = 'all', ...numbers] = process.argv.slice(2);
const [every = 1, flips = 40, seed = 1] = numbers.map(Number);
const place = mkdtempSync(join(tmpdir(), 'imgsys-bench-'));
const lab = await openDamageLab(place);
try {
  const damages = all().filter(({ area }) => wanted === 'all' || wanted === area);
  const baseline = await baselineOf(lab);
  const rows = new Map<
    string,
    { trials: number; told: number; same: number; bad: number; says: Set<string> }
  >();
  for (const [at, damage] of damages.entries()) {
    if (damage.row !== undefined && at % every !== 0) continue;
    const { breaches, isTold, says } = await tryDamage(lab, damage, baseline);
    const name = `${damage.area}: ${damage.row ?? damage.name}`;
    const row = rows.get(name) ?? { trials: 0, told: 0, same: 0, bad: 0, says: new Set() };
    row.trials += 1;
    row.told += Number(isTold);
    row.same += Number(!isTold);
    row.bad += Number(breaches.length > 0);
    if (row.says.size < 2) row.says.add(says);
    rows.set(name, row);
    if (breaches.length > 0) console.log('BREACH', damage.area, damage.name, breaches);
  }
  console.log('damage | trials | told | as if sound | breaches | first line');
  for (const [name, { trials, told, same, bad, says }] of rows) {
    console.log(`${name} | ${trials} | ${told} | ${same} | ${bad} | ${[...says].join(' / ').slice(0, 220)}`);
  }
  process.exitCode = [...rows.values()].some(({ bad }) => bad > 0) ? 1 : 0;
} finally {
  await lab.close();
  rmSync(place, { recursive: true, force: true });
}

function all(): Damage[] {
  const home = join(lab.folder, 'home');
  const ledgerBytes = statSync(join(home, 'ledger.sqlite')).size;
  const store = readFileSync(join(home, 'keystore.json'), 'utf8');
  const random = randomOf(seed);
  const flipped = (
    area: Exclude<Area, 'paid'>,
    file: string,
    row: string,
    count: number,
    from?: number,
    to?: number,
  ) =>
    Array.from({ length: flips }, (_, at) => {
      const own = randomOf(Math.floor(random() * 2 ** 31));
      return {
        area,
        name: `${row} ${at}`,
        row,
        apply: (folder: string) => flipBits(join(folder, file), own, count, from, to),
      };
    });
  const cuts = (area: 'keystore' | 'config', file: string, size: number): Damage[] =>
    Array.from({ length: Math.min(size, flips) }, (_, at) => {
      const bytes = Math.floor((at * size) / Math.min(size, flips));
      const cut = (folder: string) => {
        const path = join(folder, file);
        truncate(path, bytes);
      };
      return { area, name: `cut at ${bytes}`, row: 'cut at a byte', apply: cut };
    });
  return [
    ...damagesOf('ledger'),
    ...ledgerDamages(),
    ownedByAnother('ledger'),
    ...Array.from({ length: Math.floor(ledgerBytes / 4096) }, (_, page) => cutLedger(page * 4096)),
    ...flipped('ledger', 'ledger.sqlite', 'a bit of its header', 1, 0, 100),
    ...flipped('ledger', 'ledger.sqlite', 'a bit anywhere', 1),
    ...flipped('ledger', 'ledger.sqlite', '200 bits anywhere', 200),
    ...paidDamages(),
    ...damagesOf('keystore'),
    ...textDamages('keystore'),
    ownedByAnother('keystore'),
    ...cuts('keystore', 'keystore.json', Buffer.byteLength(store)),
    ...flipped('keystore', 'keystore.json', 'a bit anywhere', 1),
    ...fieldDamages(store),
    ...damagesOf('config'),
    ...textDamages('config'),
    ownedByAnother('config'),
    ...cuts('config', 'config.json', statSync(join(home, 'config.json')).size),
    ...flipped('config', 'config.json', 'a bit anywhere', 1),
  ];
}

function truncate(path: string, bytes: number): void {
  writeFileSync(path, readFileSync(path).subarray(0, bytes));
}
