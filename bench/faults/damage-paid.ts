// What becomes of the pictures that were bought.
import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Damage, flipBits, randomOf } from './damage-kinds.ts';

/** Ways the bought pictures can be spoilt. */
export function paidDamages(): Damage[] {
  const make = (name: string, apply: (folder: string, names: string[]) => void): Damage => ({
    area: 'paid',
    name,
    apply(home) {
      const paid = join(home, 'paid');
      const folder = join(paid, readdirSync(paid)[0] ?? '');
      apply(folder, readdirSync(folder).sort());
    },
  });
  const first =
    (ending: string, act: (path: string, folder: string) => void) => (folder: string, names: string[]) =>
      act(join(folder, names.find((name) => name.endsWith(ending)) ?? ''), folder);
  return [
    make(
      'a picture cut',
      first('.img', (path) => truncateSync(path, 1000)),
    ),
    make(
      'a picture emptied',
      first('.img', (path) => truncateSync(path, 0)),
    ),
    make(
      'a picture deleted',
      first('.img', (path) => rmSync(path)),
    ),
    make('two pictures swapped', (folder, names) => {
      const [one = '', other = ''] = names
        .filter((name) => name.endsWith('.img'))
        .map((name) => join(folder, name));
      renameSync(one, `${one}.x`);
      renameSync(other, one);
      renameSync(`${one}.x`, other);
    }),
    make(
      'a picture a folder',
      first('.img', (path) => {
        rmSync(path);
        mkdirSync(path);
      }),
    ),
    make(
      'a picture a FIFO',
      first('.img', (path) => {
        rmSync(path);
        execFileSync('mkfifo', [path]);
      }),
    ),
    make(
      'a picture a link to /dev/zero',
      first('.img', (path) => {
        rmSync(path);
        symlinkSync('/dev/zero', path);
      }),
    ),
    make(
      'a picture a link elsewhere',
      first('.img', (path) => {
        rmSync(path);
        symlinkSync('/etc/hostname', path);
      }),
    ),
    {
      ...make(
        'a picture with a second name',
        first('.img', (path) => linkSync(path, `${path}.link`)),
      ),
      isHarmless: true,
    },
    {
      ...make(
        'facts deleted',
        first('.json', (path) => rmSync(path)),
      ),
      isHarmless: true,
    },
    {
      ...make(
        'facts cut',
        first('.json', (path) => truncateSync(path, 20)),
      ),
      isHarmless: true,
    },
    make(
      'facts a FIFO',
      first('.json', (path) => {
        rmSync(path);
        execFileSync('mkfifo', [path]);
      }),
    ),
    make('the folder of the run deleted', (folder) => rmSync(folder, { recursive: true })),
    make('the folder of the run a file', (folder) => {
      rmSync(folder, { recursive: true });
      writeFileSync(folder, '');
    }),
    make('the whole store deleted', (folder) => rmSync(join(folder, '..'), { recursive: true })),
    make('the whole store a file', (folder) => {
      rmSync(join(folder, '..'), { recursive: true });
      writeFileSync(join(folder, '..'), '');
    }),
    make(
      'one bit of a picture',
      first('.img', (path) => flipBits(path, randomOf(5), 1)),
    ),
  ];
}
