// kill -9 at each durable step of a run, one after the other: what is resumed must be what one run would have made.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { examples, imgsys, newHome, program, withoutProgress } from '../helpers/cli.ts';
import { everyPoint } from '../helpers/every-point.ts';
import { tempFolder } from '../helpers/temp.ts';

const calls = 'fsync,fdatasync,rename,link';
const points = everyPoint ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 21] : [1, 3, 5, 7, 9, 11, 17];
const canTrace = spawnSync('strace', ['-o', '/dev/null', 'true']).status === 0;
const sources = ['cat-hazy.jpg', 'coffee-tungsten-cast.jpg', 'field-underexposed.jpg'];

// Name to content hash of every file below a folder, temporary ones included.
function contents(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    entries.map(({ parentPath, name }) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(parentPath, name)))
        .digest('hex'),
    ]),
  );
}

describe.skipIf(!canTrace)(
  canTrace ? 'kill -9 at a durable step' : 'kill -9 (skipped: no strace here)',
  () => {
    let originals: Record<string, string>;
    let whole: Record<string, string>;
    let folder: string;

    beforeAll(async () => {
      folder = await tempFolder();
      mkdirSync(join(folder, 'photos'));
      // Small: what counts is how it is written.
      for (const name of sources)
        await sharp(join(examples, name))
          .resize(240)
          .toFile(join(folder, 'photos', name));
      originals = contents(join(folder, 'photos'));
      await imgsys(await newHome(), ['enhance', 'photos', '-o', 'whole'], { cwd: folder });
      whole = contents(join(folder, 'whole'));
      expect(Object.keys(whole).sort()).toEqual(sources);
    });

    async function killAndResume(point: number, args: readonly string[], cwd: string): Promise<void> {
      const home = await newHome();
      const inject = ['-e', `trace=${calls}`, '-e', `inject=${calls}:signal=KILL:when=${point}`];
      const strace = [
        '-f',
        '-qq',
        '-o',
        '/dev/null',
        ...inject,
        process.execPath,
        program,
        'enhance',
        ...args,
      ];
      // `when` counts by thread, so there is one.
      spawnSync('strace', strace, { cwd, env: { ...home.env, UV_THREADPOOL_SIZE: '1' } });
      const resumed = await imgsys(home, ['enhance', ...args], { cwd });
      expect(withoutProgress(resumed.stderr)).not.toContain('failed');
      expect(resumed.code).toBe(0);
    }

    it.each(points)('number %i: the outputs are those of one run, the originals untouched', async (point) => {
      const out = `out-${point}`;
      await killAndResume(point, ['photos', '-o', out, '--concurrency', '1'], folder);
      expect(contents(join(folder, out))).toEqual(whole);
      expect(contents(join(folder, 'photos'))).toEqual(originals);
    });

    it.each(points)('number %i in place: enhanced once, each original in the backup', async (point) => {
      const cwd = join(folder, `in-place-${point}`);
      cpSync(join(folder, 'photos'), join(cwd, 'photos'), { recursive: true });
      await killAndResume(
        point,
        ['photos', '--in-place', '--backup-dir', 'backup', '--concurrency', '1'],
        cwd,
      );
      expect(contents(join(cwd, 'photos'))).toEqual(whole);
      const enhanced = sources.filter((name) => whole[name] !== originals[name]);
      expect(enhanced.length).toBeGreaterThan(1);
      const backup = contents(join(cwd, 'backup'));
      expect(backup).toEqual(Object.fromEntries(enhanced.map((name) => [name, originals[name]])));
      rmSync(cwd, { recursive: true });
    });
  },
);
